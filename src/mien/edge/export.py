"""Writes a pack and the programs that run it into a folder that needs no mien."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

import onnx

from mien.bootstrap.recognition import choose
from mien.core.quality import QualityLimits
from mien.core.scoring import FalseMatchRate
from mien.core.template import EmbeddingContract
from mien.edge import judging, seeing
from mien.edge.folder import replacing
from mien.edge.judging import Comparing
from mien.edge.manifest import ExportedNetwork, Worth, describe, frames_of
from mien.errors import InvalidRequestError
from mien.inference.assembly import can_run_in, contract_of
from mien.inference.calibration import load_calibration
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.model import Precision
from mien.inference.packs import EMBEDDING_MODELS, Pack, Weights
from mien.inference.weights import Progress, WeightStore, ignore_progress
from mien.settings import Settings

PROGRAMS: Final = {"runner.py": "runner.py", "README.md": "device.md"}
"""What is copied as it is: its name there, and here."""

_PRECISIONS: Final = (Precision.FP32, Precision.INT8)


@dataclass(frozen=True, slots=True)
class Export:
    """What was written. manifest_sha256: to compare a copy on a device with."""

    folder: Path
    pack: Pack
    size_bytes: int
    manifest_sha256: str


def export_edge(
    settings: Settings, folder: Path, *, progress: Progress = ignore_progress
) -> Export:
    """Write the pack in use into a new folder, an empty one or an older export.

    Raises InvalidRequestError for a pack or a folder that will not do, an InstallationError.
    """
    # 1. A pack whose detector the programs know, and what its similarities are worth.
    pack = choose(settings).pack
    if pack.detectors != ("yunet",) or pack.landmarker != "yunet":
        raise InvalidRequestError(
            f"pack {pack.name} does not run on a device, which knows YuNet only:  "
            "mien models pull standard  and set  MIEN_PACK=standard"
        )
    store = WeightStore.of(settings.data_dir)
    if any(frame.stretch != 1 for frame in frames_of(pack)):
        raise InvalidRequestError(f"pack {pack.name} has chips that no device can cut")
    variants = [replace(pack, precision=p) for p in _PRECISIONS if can_run_in(pack, p)]
    contracts = {
        variant.precision: contract_of(variant, store.sources.trusted_sha256)
        for variant in variants
    }
    worth = _worth(settings, pack, contracts[pack.precision])
    # 2. Its networks, and those that reckon the rest.
    limits = settings.quality.limits()
    common = _common(
        store,
        pack,
        limits,
        Comparing(
            contracts[pack.precision].parts,
            worth.fusion,
            worth.calibration,
            worth.rates(),
            worth.target_fpir,
        ),
        progress,
    )
    networks = {
        variant.precision: {**common, "embed": _embed(store, variant, progress)}
        for variant in variants
    }
    digests = {precision: contract.digest for precision, contract in contracts.items()}
    manifest = describe(pack, digests, networks, worth)
    # 3. All of it in one step.
    files = {one.file: one.data for named in networks.values() for one in named.values()}
    files["manifest.json"] = (json.dumps(manifest, indent=1) + "\n").encode()
    here = resources.files("mien.edge")
    files.update({name: here.joinpath(own).read_bytes() for name, own in PROGRAMS.items()})
    with replacing(folder) as fresh:
        for name, data in files.items():
            (fresh / name).parent.mkdir(exist_ok=True)
            (fresh / name).write_bytes(data)
    return Export(
        folder,
        pack,
        sum(map(len, files.values())),
        hashlib.sha256(files["manifest.json"]).hexdigest(),
    )


def _worth(settings: Settings, pack: Pack, contract: EmbeddingContract) -> Worth:
    calibration, fusion = load_calibration(pack.name, contract, settings.data_dir / "calibrations")
    target = FalseMatchRate(settings.target_fmr or pack.default_fmr)
    calibration.require(target)
    return Worth(calibration, fusion, pack.precision, target, settings.target_fpir)


def _common(
    store: WeightStore,
    pack: Pack,
    limits: QualityLimits,
    comparing: Comparing,
    progress: Progress,
) -> dict[str, ExportedNetwork]:
    """Return all networks but the embedders, by the names that the runner knows.

    `overflow` is the first: what it tells decides how the others are loaded.
    """
    (yunet,) = (weights for weights in pack.weights() if weights.model.name == "yunet")
    network = _read(store, yunet, progress)
    return {
        "overflow": _exported("overflow", judging.overflow()),
        "plan": _exported("plan", seeing.plan(limits)),
        "find": _exported("find", seeing.find(network, limits), yunet),
        "fit": _exported("fit", seeing.fit()),
        "mark": _exported("mark", seeing.mark(network), yunet),
        "judge": _exported("judge", judging.judge(limits)),
        "agree": _exported("agree", judging.agree(comparing)),
        "compare": _exported("compare", judging.compare(comparing)),
    }


def _embed(store: WeightStore, pack: Pack, progress: Progress) -> ExportedNetwork:
    """Return the embedders of a pack as one network."""
    weights = [Weights(EMBEDDING_MODELS[name], pack.precision) for name in pack.embedders]
    frames = frames_of(pack)
    views = [
        judging.View(frames.index(EMBEDDERS[name].frame), name not in pack.unmirrored)
        for name in pack.embedders
    ]
    networks = [_read(store, one, progress) for one in weights]
    joined = judging.embed(networks, views, [frame.side_px for frame in frames])
    return _exported(f"embed.{pack.precision}", joined, *weights)


def _read(store: WeightStore, weights: Weights, progress: Progress) -> onnx.ModelProto:
    return onnx.load_from_string(
        store.ensure((weights,), progress)[weights.model.name].read_bytes()
    )


def _exported(name: str, network: onnx.ModelProto, *made_of: Weights) -> ExportedNetwork:
    data = network.SerializeToString(deterministic=True)
    return ExportedNetwork(f"models/{name}.onnx", data, hashlib.sha256(data).hexdigest(), made_of)
