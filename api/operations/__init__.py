"""Operations: stores, settings, logging, sealing, checkpoints and health checks."""
