"""The HTTP side: parse, one command or one query, render."""
