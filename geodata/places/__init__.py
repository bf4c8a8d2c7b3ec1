"""Places: what a name means, where it lies, and which place holds a point."""
