"""The model card of a trained network: every figure in it was measured when it was made.

The form follows M. Mitchell et al., Model cards for model reporting, FAccT 2019.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import onnx

from mien.errors import StorageError
from mien.evaluation.expression.assess import ExpressionAssessment
from mien.evaluation.expression.tables import make_notes, make_tables
from mien.evaluation.tables import DataTable
from mien.inference.files import write_atomically
from mien.learning.expression import Training

NETWORK_FILE: Final = "expression.onnx"
CARD_FILE: Final = "model_card.md"

_INTENDED: Final = """\
## What it is for

It names what a face in a photo shows: one of eight expressions, with shares that are calibrated,
so that a share of 0.8 is right about four times in five on faces like those it was measured on.
Uses that fit: feedback in front of a camera, choosing photos, research on aggregates, and, with
consent, the person's own record (docs/wellbeing.md).

Valence and arousal are derived from the shares and a table set by hand; they are not measured.

## What it must not be used for

- Telling what somebody feels, thinks or intends: faces do not say that reliably (Barrett et al.,
  2019).
- Decisions about a person: hiring, grading, credit, policing, insurance, access, health.
- Inferring emotions at work or in education in the European Union: prohibited but for medical or
  safety reasons (Regulation (EU) 2024/1689, article 5(1)(f)).
- Anybody who has not been told (article 50(3)) or, where it is kept, has not agreed.
"""

_LIMITS: Final = """\
## Limits

- The faces of FER2013 were found by searching the web for words of emotion: many are posed or
  acted, small (48 x 48 pixels) and gray. Everyday faces show less, and mostly none of the eight.
- What is right is what most of ten people, hired on the web, said. Nobody asked the person shown.
- Who is in FER2013 is not documented: no figures by age, gender, skin color or culture exist for
  it, and such readers are known to differ by them. Measure on your own people before relying on it.
- Rare expressions are learned from few faces: disgust, fear and contempt have low recall. Treat
  them as hints.
- A turned head, a hand or a mask before the face, make-up, glasses and bad light make it worse;
  faces below about 40 pixels have fewer pixels than it looks at.
- The test part of FER+ was not used, neither to train nor to measure: the figures are of its
  validation part. One choice was made with its figures in sight: that the network sees the middle
  40 pixels, as in training, and not 44 or 48, which were within 0.6 points after the last epoch.
"""


@dataclass(frozen=True, slots=True)
class Made:
    """How a network came about. taught_on: faces."""

    training: Training
    parameters: int
    taught_on: int
    seconds: float
    today: date


def write_network(folder: Path, network: onnx.ModelProto) -> Path:
    """Write a network into a folder; raise StorageError."""
    file = folder / NETWORK_FILE
    _write(file, network.SerializeToString())
    return file


def write_card(file: Path, made: Made, assessment: ExpressionAssessment) -> Path:
    """Write the card of a network's file beside it; raise StorageError."""
    card = file.with_name(CARD_FILE)
    _write(card, describe(file.read_bytes(), made, assessment).encode())
    return card


def describe(network: bytes, made: Made, assessment: ExpressionAssessment) -> str:
    """Return the card, in Markdown."""
    return "\n".join(
        [
            "# The expression network",
            "",
            "Written by `mien train expression`; do not edit.",
            "",
            *_list_facts(network, made, assessment.protocol),
            "",
            _INTENDED,
            "## How well it does",
            "",
            f"On the validation part of {assessment.protocol}, which it was not trained on:",
            "",
            *_in_markdown(make_tables(assessment)),
            *make_notes(assessment),
            "",
            _LIMITS,
        ]
    )


def _write(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, content)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}") from error


def _list_facts(network: bytes, made: Made, protocol: str) -> Iterator[str]:
    training = made.training
    widths = ", ".join(str(width) for width in training.shape.widths)
    rows = {
        "takes": "a face of 48 x 48 pixels, uint8 RGB, which it turns gray; aligned as FER2013",
        "gives": "probabilities of eight expressions, calibrated by one temperature",
        "kind": f"residual network, stages of {widths} channels",
        "size": f"{made.parameters:,} parameters, {len(network):,} bytes (weights in 16 bits)",
        "SHA-256": f"`{hashlib.sha256(network).hexdigest()}`",
        "trained on": f"{protocol}, training part: {made.taught_on:,} faces on which most of ten "
        "people see an expression; a twentieth of them only for the temperature",
        "command": f"`mien train expression {protocol} --epochs {training.epochs}`",
        "took": f"{made.seconds / 60:.0f} minutes on {training.threads} threads",
        "date": made.today.isoformat(),
        "license": "MIT; FER+ labels: MIT; the images of FER2013: Kaggle research set",
    }
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {name} | {value} |" for name, value in rows.items())


def _in_markdown(tables: Iterable[DataTable]) -> Iterator[str]:
    for table in tables:
        yield f"**{table.title}**"
        yield ""
        yield f"| {' | '.join(table.columns)} |"
        yield "|---" * len(table.columns) + "|"
        yield from (f"| {' | '.join(row)} |" for row in table.rows)
        yield ""
