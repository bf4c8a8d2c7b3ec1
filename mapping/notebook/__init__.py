"""Claims in a notebook: ``frame.claims``, plots, and word of long work."""
