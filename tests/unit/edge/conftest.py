"""The programs import one another as they lie on a device: beside each other."""

from __future__ import annotations

import sys

import mien.edge.faces

sys.modules["faces"] = mien.edge.faces

import mien.edge.gallery  # noqa: E402 only importable after the path above

sys.modules["gallery"] = mien.edge.gallery
