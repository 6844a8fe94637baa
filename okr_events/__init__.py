"""The write side: commands that record changes to OKRs as immutable events."""
