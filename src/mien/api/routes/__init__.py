"""The routes, one file per use."""
