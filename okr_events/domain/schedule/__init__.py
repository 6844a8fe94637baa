"""Schedules: due days, the check-ins that answer them, and adherence."""
