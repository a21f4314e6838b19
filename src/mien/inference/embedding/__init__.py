"""Embedders, one family per module."""
