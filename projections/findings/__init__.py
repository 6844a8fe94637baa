"""Findings: misalignments and gaps, each a pure function over the rows of a moment."""
