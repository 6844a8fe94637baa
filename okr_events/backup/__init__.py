"""Backups: folders of line files that either engine writes and either engine restores."""
