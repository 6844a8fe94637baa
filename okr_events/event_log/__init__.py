"""The log: events, ledger, answered keys and constraints, append only, kept for ever."""
