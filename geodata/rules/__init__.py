"""The rules of claims: when one counts, what replaces it, what its figure leaves open."""
