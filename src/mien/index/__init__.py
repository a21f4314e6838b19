"""Implementations of the gallery index."""
