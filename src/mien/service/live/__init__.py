"""Live sessions: begun, attached to a stream, followed frame by frame, decided."""
