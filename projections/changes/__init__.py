"""Changes between two moments, by fact and as a net difference."""
