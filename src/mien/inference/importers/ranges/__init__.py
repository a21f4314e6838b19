"""Activation ranges by model, as `mien train ranges` wrote them."""
