"""The demonstration: a throw-away server and the worked example that goes through it."""
