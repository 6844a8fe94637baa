"""The domain: values, formulae and aggregates with their events. It knows no store and no framework."""
