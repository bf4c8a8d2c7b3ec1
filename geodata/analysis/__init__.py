"""What claims add up to: origins, drift, parts, contradictions, bounds, modelled splits."""
