"""Documents: what a report says, apart from the form in which it is written."""
