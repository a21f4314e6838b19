"""Face authentication that an organization runs itself.

>>> from mien import FaceEngine
>>> engine = FaceEngine()
>>> engine.compare("a.jpg", "b.jpg").accepted  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien._version import __version__

if TYPE_CHECKING:
    from mien.engine import FaceEngine

__all__ = ["FaceEngine", "__version__"]


def __getattr__(name: str) -> object:
    """Load the engine when it is first asked for: `import mien` costs nothing."""
    if name == "FaceEngine":
        from mien.engine import FaceEngine

        return FaceEngine
    raise AttributeError(f"module 'mien' has no attribute {name!r}")
