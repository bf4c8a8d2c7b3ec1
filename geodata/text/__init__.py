"""Words, numbers and days as people write them, in any script."""
