"""Journals: import of a team's OKR history from a file."""
