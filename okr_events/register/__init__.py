"""The register: mutable and erasable data beside the log, such as people, encryption keys and tokens."""
