"""Evaluation: progress, health, scores and duties as pure functions over rows and a moment."""
