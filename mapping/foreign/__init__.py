"""Layers that other people made: rendered as data, cleaned, and told which hosts they need."""
