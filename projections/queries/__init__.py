"""Queries: each reads rows and answers one question."""
