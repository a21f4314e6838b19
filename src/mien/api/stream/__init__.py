"""Live streams over a WebSocket: one job to each module."""
