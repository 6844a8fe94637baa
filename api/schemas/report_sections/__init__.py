"""Sections of the JSON of reports."""
