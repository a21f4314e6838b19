"""Presentation attacks as they look: networks and cues that judge one photo of a face."""
