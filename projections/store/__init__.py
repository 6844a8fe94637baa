"""The views' store: tables, buffered rows and look-ups."""
