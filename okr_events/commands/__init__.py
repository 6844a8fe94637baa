"""Commands: one method each, grouped by aggregate. A command loads aggregates, decides and appends the events."""
