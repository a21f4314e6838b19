"""Live sessions, pure: what is demanded, what a face does, and what follows from it."""
