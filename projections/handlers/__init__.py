"""Handlers: an event in, rows out."""
