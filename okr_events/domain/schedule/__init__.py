"""Schedules: due days, their check-in windows, and adherence."""
