"""Views of the claims: one row a claim and place, one row a place."""
