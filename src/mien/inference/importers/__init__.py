"""Foreign weight files to ONNX and numpy; used once, when a model is first needed."""
