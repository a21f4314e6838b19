"""Face authentication on a small computer: what `mien export edge` writes.

`runner.py` is copied as it is and imports nothing of mien. What it reckons with is written as
ONNX: `seeing` and `judging`, in the notation of `tensors`.
"""
