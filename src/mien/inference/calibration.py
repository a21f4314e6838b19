"""Reads what is stored with a pack: how its similarities are made, and what they are worth."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np

from mien.core.matching import LearnedFusion
from mien.core.scoring import Calibration, Curve
from mien.core.template import EmbeddingContract
from mien.errors import ContractMismatchError, InvalidRequestError

_FUSION_ARRAYS: Final = ("center", "scale", "hidden", "hidden_bias", "output")

_MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError, OverflowError)


def parse_calibration(text: str) -> Calibration:
    """Read the JSON that `mien calibrate` writes; raise InvalidRequestError."""
    try:
        stored = json.loads(text)
        curves = {
            int(count): Curve(
                similarities=tuple(curve["similarities"]),
                false_match_rates=tuple(curve["false_match_rates"]),
                fmr_intervals=tuple((low, high) for low, high in curve["fmr_intervals"]),
                false_non_match_rates=tuple(curve["false_non_match_rates"]),
                measured=int(curve["measured"]),
                likelihood_ratio=(curve["likelihood_ratio"][0], curve["likelihood_ratio"][1]),
                impostor_comparisons=curve["impostor_comparisons"],
                genuine_comparisons=curve["genuine_comparisons"],
            )
            for count, curve in stored["curves"].items()
        }
        return Calibration(stored["contract"], stored["source"], curves)
    except _MALFORMED as error:
        raise InvalidRequestError(f"this is not a calibration: {error!r}") from error


def parse_fusion(text: str) -> LearnedFusion | None:
    """Read the learned fusion beside the curves, if there is one; raise InvalidRequestError."""
    try:
        stored = json.loads(text).get("fusion")
        if stored is None:
            return None
        arrays = {name: np.array(stored[name], np.float32) for name in _FUSION_ARRAYS}
        return LearnedFusion(**arrays, output_bias=float(stored["output_bias"]))
    except _MALFORMED as error:
        raise InvalidRequestError(f"this is not a fusion: {error!r}") from error


def load_calibration(
    pack: str, contract: EmbeddingContract, own_folder: Path
) -> tuple[Calibration, LearnedFusion | None]:
    """Return what a pack's similarities are worth, and how they are made.

    A file `<contract>.json` in *own_folder*, which `mien calibrate` writes, goes before what is
    shipped. Raises ContractMismatchError when there is none for these models.
    """
    own = own_folder / f"{contract.digest}.json"
    shipped = resources.files("mien.inference.calibrations").joinpath(f"{pack}.json")
    text = own.read_text("utf-8") if own.is_file() else ""
    if not text and shipped.is_file():
        text = shipped.read_text("utf-8")
    if not text:
        raise ContractMismatchError(
            f"nobody has measured what the similarities of {pack} are worth: run  "
            "mien calibrate FOLDER  on photos of your own, a folder for each person"
        )
    calibration = parse_calibration(text)
    if calibration.contract != contract.digest:
        raise ContractMismatchError(
            f"the calibration of {pack} is of contract {calibration.contract}, its models make "
            f"{contract.digest}: run  mien calibrate FOLDER"
        )
    return calibration, parse_fusion(text)
