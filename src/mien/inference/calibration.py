"""Reads the calibration that is stored with a pack."""

from __future__ import annotations

import json
from importlib import resources

from mien.core.scoring import Calibration, Curve
from mien.core.template import EmbeddingContract
from mien.errors import ContractMismatchError, InvalidRequestError

_BUILTIN = "builtin.json"


def parse_calibration(text: str) -> Calibration:
    """Read the JSON that `mien calibrate` writes; raise InvalidRequestError."""
    try:
        stored = json.loads(text)
        curves = {
            int(count): Curve(
                similarities=tuple(curve["similarities"]),
                false_match_rates=tuple(curve["false_match_rates"]),
                false_non_match_rates=tuple(curve["false_non_match_rates"]),
                impostor_comparisons=curve["impostor_comparisons"],
                genuine_comparisons=curve["genuine_comparisons"],
            )
            for count, curve in stored["curves"].items()
        }
        return Calibration(stored["contract"], stored["source"], curves)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidRequestError(f"this is not a calibration: {error!r}") from error


def load_builtin_calibration(contract: EmbeddingContract) -> Calibration:
    """Return the built-in pack's calibration; raise ContractMismatchError if it is of others."""
    text = resources.files("mien.inference.calibrations").joinpath(_BUILTIN).read_text("utf-8")
    calibration = parse_calibration(text)
    if calibration.contract != contract.digest:
        raise ContractMismatchError(
            f"the calibration is of contract {calibration.contract}, the models make "
            f"{contract.digest}: run  mien evaluate DATA --write-calibration FILE"
        )
    return calibration
