"""Face authentication on a small computer: what `mien export edge` writes.

`runner.py` and `faces.py` are copied as they are and import nothing of mien.
"""
