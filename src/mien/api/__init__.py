"""The HTTP interface: thin routes onto the use cases."""
