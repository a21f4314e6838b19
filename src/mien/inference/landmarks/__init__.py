"""Landmark models, one family per module."""
