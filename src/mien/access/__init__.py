"""Who callers are and how often they may ask: passwords, tokens, rate limits."""
