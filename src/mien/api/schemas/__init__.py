"""The wire: what is answered. Stable; a change is a new version of the API."""
