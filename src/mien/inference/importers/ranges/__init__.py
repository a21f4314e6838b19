"""Activation ranges by model, in the form that `mien train ranges` writes."""
