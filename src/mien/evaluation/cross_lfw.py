"""Reads CALFW (across age) and CPLFW (across pose): two lines a pair, beside a folder of photos.

Source: T. Zheng, W. Deng, J. Hu, Cross-Age LFW, arXiv 1708.08197, 2017; T. Zheng, W. Deng,
Cross-Pose LFW, BUPT TR 18-01, 2018. Each line of pairs_CALFW.txt or pairs_CPLFW.txt is a file
and a label, and two consecutive lines are a pair: label 0 for impostors, another number (in
CALFW that of the fold) for one person. All genuine pairs stand before all impostor pairs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mien.errors import InvalidRequestError
from mien.evaluation.pair_lists import (
    ListedPair,
    make_folds,
    parse_file,
    read_name,
    split_by_position,
)
from mien.evaluation.photo_folders import find_photos
from mien.evaluation.protocol import PairProtocol, read_text

LAYOUTS: Final = {"pairs_CALFW.txt": "CALFW", "pairs_CPLFW.txt": "CPLFW"}
"""Each list's name and what it is of."""


def read_protocol(root: Path) -> PairProtocol:
    """Read the list and check that every photo is there; raise InvalidRequestError."""
    name = next((name for name in LAYOUTS if (root / name).is_file()), None)
    if name is None:
        raise InvalidRequestError(f"{root} holds neither {' nor '.join(LAYOUTS)}")
    pairs = parse_pairs(read_text(root / name), name)
    folder = find_photos(root, pairs[0].first)
    folds, identified = make_folds(split_by_position(pairs), read_name)
    protocol = PairProtocol(root.resolve().name, LAYOUTS[name], folder, folds, identified)
    folder.require(protocol.photos)
    return protocol


def parse_pairs(text: str, name: str) -> tuple[ListedPair, ...]:
    """Parse the list; raise InvalidRequestError with the line that is wrong."""
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines or len(lines) % 2:
        raise InvalidRequestError(f"{name} must hold two lines a pair, it has {len(lines)}")
    parsed = [_parse_line(line, number, name) for number, line in enumerate(lines, start=1)]
    pairs: list[ListedPair] = []
    for number, ((first, label), (second, other)) in enumerate(
        zip(parsed[::2], parsed[1::2], strict=True)
    ):
        if label != other:
            raise InvalidRequestError(
                f"lines {2 * number + 1} and {2 * number + 2} of {name} are a pair, but their "
                f"labels are {label} and {other}"
            )
        pairs.append(ListedPair(first, second, genuine=label != 0))
    return tuple(pairs)


def _parse_line(line: str, number: int, name: str) -> tuple[str, int]:
    try:
        file, label = line.rsplit(maxsplit=1)
        return parse_file(file.strip()), int(label)
    except ValueError as error:
        raise InvalidRequestError(
            f"line {number} of {name} must be a file and a label, like Ada_0001.jpg 1"
        ) from error
