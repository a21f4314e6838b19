"""Writes a pack and the programs that run it into a folder that needs no mien."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

from mien.bootstrap.recognition import choose
from mien.core.scoring import FalseMatchRate
from mien.core.template import EmbeddingContract
from mien.edge.folder import replacing
from mien.edge.manifest import Worth, describe, file_name
from mien.errors import InvalidRequestError
from mien.inference.assembly import can_run_in, contract_of
from mien.inference.calibration import load_calibration
from mien.inference.model import Precision
from mien.inference.packs import Pack, Weights
from mien.inference.weights import Progress, WeightStore, ignore_progress
from mien.settings import Settings

PROGRAMS: Final = {
    "runner.py": "runner.py",
    "faces.py": "faces.py",
    "gallery.py": "gallery.py",
    "README.md": "device.md",
}
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
    variants = [replace(pack, precision=p) for p in _PRECISIONS if can_run_in(pack, p)]
    contracts = {
        variant.precision: contract_of(variant, store.sources.trusted_sha256)
        for variant in variants
    }
    worth = _worth(settings, pack, contracts[pack.precision])
    # 2. Its networks, as the programs will hash them.
    networks = _networks(store, variants, progress)
    hashes = {weights: hashlib.sha256(data).hexdigest() for weights, data in networks.items()}
    digests = {precision: contract.digest for precision, contract in contracts.items()}
    manifest = describe(pack, digests, hashes, worth, settings.quality.limits())
    # 3. All of it in one step.
    files = {file_name(weights): data for weights, data in networks.items()}
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


def _networks(
    store: WeightStore, variants: Iterable[Pack], progress: Progress
) -> dict[Weights, bytes]:
    """Return what the variants of a pack need, each network once."""
    networks = {}
    for variant in variants:
        wanted = tuple(variant.weights())
        paths = store.ensure(wanted, progress)
        networks.update({weights: paths[weights.model.name].read_bytes() for weights in wanted})
    return networks
