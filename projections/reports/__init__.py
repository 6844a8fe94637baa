"""Reports: what a quarter, a month or a week came to, as plain values that every form is written from."""
