"""The read side: versioned tables built from the log, and the questions asked of them. Delete the tables at any time."""
