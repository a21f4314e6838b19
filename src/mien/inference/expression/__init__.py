"""What faces express: networks that read one photo of a face."""
