"""The domain: values, measurements and decisions on numpy arrays. No I/O, no framework."""
