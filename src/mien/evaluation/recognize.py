"""Tells a protocol's format from what lies at a path, and reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mien.errors import InvalidRequestError
from mien.evaluation import (
    cfp,
    cross_lfw,
    insightface_bin,
    lfw,
    line_pairs,
    people_folder,
)
from mien.evaluation.pad.protocol import LAYOUT as PAD_LAYOUT
from mien.evaluation.protocol import PairProtocol

_LOOKED_FOR: Final = (
    ("an InsightFace file", "NAME.bin"),
    ("a list with one pair a line (AgeDB-30)", "NAME_pair.txt or NAME_ann.txt, or its folder"),
    ("a folder in the layout of LFW", f"{lfw.PAIRS_FILE} and {lfw.IMAGES_FOLDERS[0]}/"),
    ("a folder of CALFW or CPLFW", " or ".join(cross_lfw.LAYOUTS)),
    ("a folder of CFP", f"{cfp.SPLIT}/"),
    ("photos of your own", people_folder.LAYOUT),
    ("presentation attacks (mien evaluate)", PAD_LAYOUT),
)


def read_protocol(path: Path) -> PairProtocol:
    """Read whatever format *path* is in; raise InvalidRequestError that lists what is known."""
    protocol = _read_file(path) if path.is_file() else None
    if path.is_dir():
        protocol = _read_folder(path)
    if protocol is None:
        known = "; ".join(f"{what}: {sign}" for what, sign in _LOOKED_FOR)
        raise InvalidRequestError(
            f"{path} {'holds no known protocol' if path.exists() else 'does not exist'}. "
            f"Known are {known}"
        )
    return protocol


def _read_file(file: Path) -> PairProtocol | None:
    if file.suffix == ".bin":
        return insightface_bin.read_protocol(file)
    if file.suffix == ".txt" and file.name not in {lfw.PAIRS_FILE, *cross_lfw.LAYOUTS}:
        return line_pairs.read_protocol(file)
    return None


def _read_folder(folder: Path) -> PairProtocol | None:
    if (folder / lfw.PAIRS_FILE).is_file():
        return lfw.read_protocol(folder)
    if any((folder / name).is_file() for name in cross_lfw.LAYOUTS):
        return cross_lfw.read_protocol(folder)
    if (folder / cfp.SPLIT).is_dir():
        return cfp.read_protocol(folder)
    if lists := _find_lists(folder):
        return line_pairs.read_protocol(lists[0])
    return people_folder.read_protocol(folder) if people_folder.list_people(folder) else None


def _find_lists(folder: Path) -> list[Path]:
    """Return the one list in a folder, or none; raise InvalidRequestError for several."""
    lists = sorted({file for pattern in line_pairs.PATTERNS for file in folder.glob(pattern)})
    if len(lists) > 1:
        names = ", ".join(file.name for file in lists)
        raise InvalidRequestError(f"{folder} holds several lists, name one of them: {names}")
    return lists
