"""The read side: versioned tables built from the log, and the queries on them. The tables can be rebuilt at any time."""
