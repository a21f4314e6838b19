"""Loads what tells a living person: whatever of it is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from mien.core.live.motion import SequenceModel
from mien.core.ports import AttackDetector, FaceTracker
from mien.inference.antispoof.load import load_passive
from mien.inference.catalogue import FACE_MESH
from mien.inference.landmarks.face_mesh import FaceMesher
from mien.inference.landmarks.tracker import MeshTracker
from mien.inference.packs import Weights
from mien.inference.pipeline import FacePipeline
from mien.inference.runtime import Provider, Session
from mien.inference.sequence_weights import read_sequence_model
from mien.inference.weights import Progress, WeightStore, ignore_progress
from mien.settings import Settings


@dataclass(frozen=True, slots=True)
class LivenessModels:
    """attacks: judges pixels. tracker: follows a face. None for what was not pulled.

    sequence: judges whole sessions; None where nobody trained one.
    """

    attacks: AttackDetector | None
    tracker: FaceTracker | None
    sequence: SequenceModel | None = None

    @classmethod
    def load(
        cls,
        settings: Settings,
        pipeline: FacePipeline,
        *,
        threads: int,
        progress: Progress = ignore_progress,
    ) -> Self:
        """Load what is there; raise an InstallationError for what is there and damaged."""
        store = WeightStore.of(settings.data_dir)
        provider = Provider(settings.provider or Provider.CPU)
        passive = load_passive(store, threads=threads, provider=provider, progress=progress)
        tracker = None
        if store.sources.has(FACE_MESH):
            path = store.ensure([Weights(FACE_MESH)], progress)[FACE_MESH.name]
            mesher = FaceMesher(Session(path, threads=threads, provider=provider))
            tracker = MeshTracker(pipeline.detectors, mesher)
        sequence = read_sequence_model(store.folder)
        return cls(passive if passive.can_check else None, tracker, sequence)
