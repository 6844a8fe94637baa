"""The register: what may change and be forgotten. People, word keys, tokens; backed up apart from the log."""
