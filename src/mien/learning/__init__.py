"""Training: what mien learns from data, and the commands that repeat it."""
