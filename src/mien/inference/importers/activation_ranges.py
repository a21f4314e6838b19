"""How large the values inside a network get, as measured on faces: what int8 is scaled by.

Shipped as numbers, so that weights can be quantized where they are imported, without photos.
`mien train ranges` measures them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from mien.errors import ModelMissingError

Ranges = Mapping[str, tuple[float, float]]
"""Smallest and largest value by the name of the tensor in the imported network."""


def read_ranges(model: str) -> Ranges:
    """Return a model's ranges; raise ModelMissingError where none were measured."""
    return {name: (low, high) for name, (low, high) in json.loads(_text(model)).items()}


def has_ranges(model: str) -> bool:
    """Tell whether a model's ranges were measured."""
    return _file(model).is_file()


def ranges_digest(model: str) -> str:
    """Return 16 hex digits that change with the ranges."""
    return hashlib.sha256(_text(model).encode()).hexdigest()[:16]


def _text(model: str) -> str:
    try:
        return _file(model).read_text("utf-8")
    except FileNotFoundError as error:
        raise ModelMissingError(
            f"{model} has no int8 variant: run it in fp32 (MIEN_PRECISION=fp32)"
        ) from error


def _file(model: str) -> Traversable:
    return resources.files("mien.inference.importers").joinpath("ranges", f"{model}.json")
