"""Backups: a folder of lines that either engine writes and either restores."""
