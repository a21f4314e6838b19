"""The use cases, one per module. They see ports only and never commit."""
