"""The commands: one short method each, grouped by what they change. Load, decide, record."""
