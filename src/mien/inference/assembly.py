"""Puts a pack's models together, and says what its embeddings mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Final

import numpy as np

from mien.core.detection import Detection
from mien.core.image import Image
from mien.core.landmarks import Landmarks
from mien.core.template import EmbeddingContract, EmbeddingPart
from mien.inference.cores import Cores
from mien.inference.detection import blazeface, mmod, mtcnn, retinaface, scrfd, yunet
from mien.inference.detection.yunet import YuNetLandmarker
from mien.inference.embedding.embedder import EMBEDDERS, MIRRORED_NAME, PLAIN_NAME, Embedder
from mien.inference.importers.activation_ranges import has_ranges, ranges_digest
from mien.inference.landmarks import regression_trees
from mien.inference.landmarks.regression_trees import RegressionTreeLandmarker
from mien.inference.model import Model, Precision
from mien.inference.packs import MODELS_OF, Pack
from mien.inference.pipeline import Detector, FacePipeline, Landmarker
from mien.inference.runtime import Network, Provider, Session
from mien.inference.spare_network import SpareNetwork

DETECTORS: Final[Mapping[str, tuple[str, Callable[..., Detector]]]] = {
    "mmod": (mmod.DETECTOR_NAME, mmod.MmodDetector),
    "yunet": (yunet.DETECTOR_NAME, yunet.YuNetDetector),
    "retinaface": (retinaface.DETECTOR_NAME, retinaface.RetinaFaceDetector),
    "mtcnn": (mtcnn.DETECTOR_NAME, mtcnn.MtcnnDetector),
    "scrfd": (scrfd.DETECTOR_NAME, scrfd.ScrfdDetector),
    "blazeface": (blazeface.DETECTOR_NAME, blazeface.BlazeFaceDetector),
}
"""By name: its part of the contract, and the class, which takes a network for each model."""

OWN_LANDMARKS: Final = "detector"
"""The landmarker of packs that take what the detector marks."""

LANDMARKERS: Final = (OWN_LANDMARKS, "yunet", "five_landmarks")


class DetectorLandmarks:
    """Takes the landmarks that the detector marked."""

    def locate(self, image: Image, seen: Detection) -> Landmarks | None:  # noqa: ARG002 the port gives it
        """Return the detection's own landmarks."""
        return seen.landmarks


HashOf = Callable[[Model], str | None]
"""Returns the SHA-256 of a model's source."""


def _published(model: Model) -> str | None:
    return model.sha256


def contract_of(pack: Pack, hash_of: HashOf = _published) -> EmbeddingContract:
    """Return everything that decides what the pack's embeddings mean.

    hash_of: `SourceFolder.trusted_sha256`, for packs with models whose hash nobody published.
    """
    names = (f"{DETECTORS[name][0]} {_hashes(name)}" for name in pack.detectors)
    return EmbeddingContract(
        detectors=", ".join(names),
        landmarker=_landmarker_name(pack.landmarker),
        parts=tuple(
            EmbeddingPart(
                model=name,
                source=", ".join(
                    (
                        str(hash_of(EMBEDDERS[name].model)),
                        _precision_name(name, pack.precision),
                        EMBEDDERS[name].frame.name,
                        PLAIN_NAME if name in pack.unmirrored else MIRRORED_NAME,
                    )
                ),
                dimension=EMBEDDERS[name].dimension,
                weight=share,
            )
            for name, share in pack.embedders.items()
        ),
    )


def assemble(
    pack: Pack,
    paths: Mapping[str, Path],
    *,
    threads: int,
    provider: Provider = Provider.CPU,
    hash_of: HashOf = _published,
) -> FacePipeline:
    """Load a pack from the paths that `WeightStore.ensure` returned.

    threads: how many cores one photo may use.
    """
    cores = Cores(threads)
    # These run side by side: the two looks of YuNet, whose layers are too small to be shared, and
    # embedders, where there are several.
    beside = {"yunet", *(pack.embedders if len(pack.embedders) > 1 else ())}

    def load(name: str) -> Network:
        own_threads = 1 if name in beside else threads
        return Session(paths[name], threads=own_threads, provider=provider)

    network = cache(load)

    def spare(name: str) -> Network:
        return SpareNetwork(partial(load, name))

    detectors: list[Detector] = []
    for name in pack.detectors:
        # The first one sees every photo, the others only those where it found nobody.
        take = spare if detectors else network
        detectors.append(DETECTORS[name][1](*(take(model.name) for model in MODELS_OF[name])))
    return FacePipeline(
        detectors,
        _landmarker(pack.landmarker, paths, network, cores),
        [
            Embedder(network(name), EMBEDDERS[name], mirrored=name not in pack.unmirrored)
            for name in pack.embedders
        ],
        contract_of(pack, hash_of),
        cores,
    )


def can_run_in(pack: Pack, precision: Precision) -> bool:
    """Tell whether all embedders of a pack have a variant of that precision."""
    return precision is not Precision.INT8 or all(has_ranges(name) for name in pack.embedders)


def _landmarker(
    name: str, paths: Mapping[str, Path], network: Callable[[str], Network], cores: Cores
) -> Landmarker:
    if name == OWN_LANDMARKS:
        return DetectorLandmarks()
    if name == "yunet":
        return YuNetLandmarker(network("yunet"), cores)
    with np.load(paths["five_landmarks"], allow_pickle=False) as parameters:
        return RegressionTreeLandmarker(parameters)


def _landmarker_name(name: str) -> str:
    if name == OWN_LANDMARKS:
        return name
    made_by = yunet.LANDMARKER_NAME if name == "yunet" else regression_trees.LANDMARKER_NAME
    return f"{made_by} {_hashes(name)}"


def _hashes(name: str) -> str:
    return " ".join(str(model.sha256) for model in MODELS_OF[name])


def _precision_name(model: str, precision: Precision) -> str:
    if precision is Precision.INT8:
        return f"int8 {ranges_digest(model)}"
    return precision
