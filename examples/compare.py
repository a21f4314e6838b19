"""Compares two photos: the Python API in five lines."""

from __future__ import annotations

import sys

from mien import FaceEngine

engine = FaceEngine()
for face in engine.detect(sys.argv[1]):
    print(f"a face {face.box.width:.0f} px wide, sharpness {face.quality.sharpness:.0f}")
result = engine.compare(sys.argv[1], sys.argv[2])
print("same person" if result.accepted else "not the same person", result.decision.similarity)
