"""The page: what it carries, how it is packed, and the document around it."""
