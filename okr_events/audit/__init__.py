"""Audit: exports of the log, and their verification offline, without any store."""
