"""Metrics: the kinds of measure that a key result can have, and the progress formula of each."""
