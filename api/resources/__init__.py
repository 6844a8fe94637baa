"""Resources: one file per resource, each with its routes."""
