"""Explanations of numbers: formulas, their inputs and the events behind them."""
