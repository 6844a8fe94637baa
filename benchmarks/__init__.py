"""Benchmarks: how much of a plain baseline's speed is left, as ratios that hold on any machine."""
