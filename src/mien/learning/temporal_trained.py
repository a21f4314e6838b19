"""Where the clips of the temporal model come from, and where the model goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mien.bootstrap.clock import utc_now
from mien.bootstrap.liveness import LivenessModels
from mien.bootstrap.recognition import Recognition, choose
from mien.errors import ModelMissingError
from mien.inference.sequence_weights import Noted, write_sequence_model
from mien.learning.clips import FirstFace
from mien.learning.takes import Progress, Take, read_folder
from mien.learning.temporal import Assessment, Training, train_for_use
from mien.settings import Settings


def load_takes(folder: Path, settings: Settings, progress: Progress) -> tuple[list[Take], bool]:
    """Return every clip as a session sees it, and whether attacks have to be made out of them.

    Raises InvalidRequestError for a folder of another layout, and an InstallationError.
    """
    recognition = Recognition.load(settings, choose(settings), threads=1)
    tracker = LivenessModels.load(settings, recognition.pipeline, threads=1).tracker
    if tracker is None:
        raise ModelMissingError("this needs the face mesh: mien models pull liveness")
    takes = read_folder(folder, tracker, lambda: FirstFace(recognition), progress)
    return takes, all(take.is_genuine for take in takes)


def keep_trained(
    name: str,
    settings: Settings,
    takes: list[Take],
    assessment: Assessment,
    training: Training,
    *,
    makes: bool,
) -> Path:
    """Train on everything and write the model with its receipt; raise StorageError.

    name: of the folder that it was trained on.
    """
    model = train_for_use(takes, assessment, training, makes=makes)
    receipt: Mapping[str, Noted] = {
        "trained_on": name,
        "clips": float(len(takes)),
        "attacks": "made of genuine clips" if makes else "filmed",
        "date": utc_now().date().isoformat(),
        "held_out_errors": {
            species: assessment.errors(species).value for species in assessment.species
        },
    }
    return write_sequence_model(settings.data_dir / "models", model, receipt)
