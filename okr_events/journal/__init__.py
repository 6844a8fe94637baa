"""Journals: a team's OKR history in a file, taken into the log."""
