"""Metrics: how key results are measured, with the progress formula of each kind."""
