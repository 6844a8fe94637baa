"""Explanations: each number with its formula, what stands in it, and the events that said so."""
