"""Findings: misalignments and gaps, found by pure functions over the rows of a moment."""
