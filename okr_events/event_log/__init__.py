"""The event log: append-only storage of events with their hash chain, Merkle tree, idempotency and constraints."""
