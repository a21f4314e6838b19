"""Face detectors, one family per module."""
