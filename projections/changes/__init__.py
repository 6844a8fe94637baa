"""Changes: the difference between two moments, fact by fact and net."""
