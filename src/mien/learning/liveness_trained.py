"""How well a trained network does, and where it is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from mien.errors import StorageError
from mien.evaluation.pad.assess import (
    BPCERS,
    PASSIVE,
    PadAssessment,
    assess_attacks,
    list_ways,
)
from mien.evaluation.pad.metrics import PadScores
from mien.evaluation.pad.protocol import PadProtocol
from mien.evaluation.pad.scores import PadVotes
from mien.inference.antispoof.load import TRAINED_FILE, receipt_of
from mien.inference.antispoof.trained import NAME, SIDE_PX
from mien.inference.antispoof.votes import LARGEST_VOTE
from mien.inference.files import write_atomically
from mien.learning.liveness import Progress, Training, judge_held_out, to_onnx
from mien.learning.liveness_samples import LivenessSamples
from mien.learning.residual import ResNet

JOINED: Final = f"{PASSIVE} with it"


def assess_trained(
    protocol: PadProtocol,
    samples: LivenessSamples,
    judged: PadVotes | None,
    training: Training,
    progress: Progress,
) -> PadAssessment:
    """Measure networks that have not seen the source that they are tried on.

    judged: what mien's own networks say, if any is there: the trained one's vote is then also
    measured beside theirs.
    """
    scores = judge_held_out(protocol, samples, training, progress)
    if judged is None:
        return assess_attacks(protocol, {NAME: scores})
    ways = list_ways(protocol, judged)
    return assess_attacks(protocol, {**ways, NAME: scores, JOINED: join(judged.scores, scores)})


def is_worth_keeping(assessment: PadAssessment) -> bool:
    """Tell whether mien's own networks pass fewer attacks with it than without it.

    On sources that it has not seen, where a tenth of the bona fide is rejected. True where there
    is nothing to compare it with.
    """
    without, joined = assessment.system(PASSIVE), assessment.system(JOINED)
    if without is None or joined is None:
        return True
    return joined.separation.at_bpcer[-1].value <= without.separation.at_bpcer[-1].value


def join(scores: PadScores, bits: PadScores) -> PadScores:
    """Return fused scores, 0 to 1, with one more vote, which is bounded as every vote is."""
    with np.errstate(divide="ignore"):  # a score of 0 stays 0
        odds = np.log2(scores / (1 - scores)) + np.clip(bits, -LARGEST_VOTE, LARGEST_VOTE)
    return np.asarray(1 / (1 + np.exp2(-odds)))


def keep_trained(folder: Path, network: ResNet, assessment: PadAssessment, *, today: date) -> Path:
    """Write the network and its receipt into the folder of models; raise StorageError.

    The receipt goes first: whoever finds another network beside it refuses that.
    """
    content = to_onnx(network, SIDE_PX).SerializeToString()
    receipt = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "trained_on": assessment.protocol,
        "sources": assessment.source_names,
        "bona_fide": assessment.bona_fide,
        "attacks": dict(assessment.attacks),
        "date": today.isoformat(),
        "on_sources_unseen": {
            system.name: {
                "equal_error_rate": asdict(system.separation.equal_error_rate),
                "apcer_at_bpcer": {
                    f"{target:g}": asdict(apcer)
                    for target, apcer in zip(BPCERS, system.separation.at_bpcer, strict=True)
                },
            }
            for system in assessment.systems
            if system.name in {NAME, JOINED}
        },
    }
    path = folder / TRAINED_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(receipt_of(path), json.dumps(receipt, indent=1).encode())
        write_atomically(path, content)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written to: {error.strerror}") from error
    return path
