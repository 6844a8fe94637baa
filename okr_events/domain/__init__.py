"""The domain: values, formulas and aggregates with their events, independent of any store or web framework."""
