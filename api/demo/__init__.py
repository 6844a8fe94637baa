"""The demonstration: a temporary server and the worked example, entered over HTTP."""
