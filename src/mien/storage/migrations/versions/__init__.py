"""One file per schema that was ever released; a released one never changes."""
