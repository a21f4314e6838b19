"""Which pack to run: the one asked for, the one the gallery was made with, or the best there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mien.errors import ContractMismatchError, InstallationError, InvalidRequestError
from mien.inference.assembly import DETECTORS, LANDMARKERS, can_run_in, contract_of
from mien.inference.embedding.embedder import EMBEDDERS
from mien.inference.model import Precision
from mien.inference.packs import BUILTIN, PACKS, STANDARD, Pack
from mien.inference.sources import SourceFolder

AUTO: Final = "auto"
CUSTOM: Final = "custom"


@dataclass(frozen=True, slots=True)
class Mixture:
    """A custom pack as settings name it."""

    detectors: Sequence[str]
    landmarker: str
    embedders: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """A pack, and in a few words why it is this one."""

    pack: Pack
    reason: str


def choose_pack(
    asked: str,
    *,
    mixture: Mixture,
    precision: Precision | None,
    gallery_contract: str | None,
    sources: SourceFolder,
    fetch_standard: Callable[[], InstallationError | None] | None = None,
) -> Choice:
    """Return the pack to run; raise InvalidRequestError or ContractMismatchError.

    gallery_contract: of the templates that are stored already: they decide where nobody asks.
    fetch_standard: brings what the better pack misses, or returns why not; None not to try.
    """
    if asked == CUSTOM:
        return Choice(_in_precision(_mix(mixture), precision), "MIEN_PACK=custom")
    if asked != AUTO:
        if asked not in PACKS:
            names = ", ".join((AUTO, *PACKS, CUSTOM))
            raise InvalidRequestError(f"there is no pack {asked}: choose one of {names}")
        return Choice(_in_precision(PACKS[asked], precision), f"MIEN_PACK={asked}")
    if gallery_contract is not None:
        return Choice(_pack_of(gallery_contract, sources), "the gallery was made with it")
    if all(sources.has(weights.model) for weights in STANDARD.weights()):
        return Choice(_in_precision(STANDARD, precision), "its files are there")
    if fetch_standard is not None and fetch_standard() is None:
        return Choice(_in_precision(STANDARD, precision), "its files could be fetched")
    return Choice(
        _in_precision(BUILTIN, precision),
        "standard, which is better, is not there: mien models pull standard",
    )


def _pack_of(contract: str, sources: SourceFolder) -> Pack:
    for pack in _variants():
        if contract_of(pack, sources.trusted_sha256).digest == contract:
            return pack
    raise ContractMismatchError(
        f"the gallery holds templates of contract {contract}, which no pack of this version "
        "makes: set MIEN_PACK=custom and the models that it was made with, go back to the "
        "version of mien that made it, or enroll anew in another data folder"
    )


def _variants() -> Iterator[Pack]:
    for pack in PACKS.values():
        yield pack
        for precision in Precision:
            if precision is not pack.precision and can_run_in(pack, precision):
                yield replace(pack, precision=precision)


def _mix(mixture: Mixture) -> Pack:
    unknown = [name for name in mixture.detectors if name not in DETECTORS]
    unknown += [name for name in mixture.embedders if name not in EMBEDDERS]
    unknown += [mixture.landmarker] if mixture.landmarker not in LANDMARKERS else []
    if unknown or not mixture.detectors or not mixture.embedders:
        raise InvalidRequestError(
            f"a custom pack needs detectors, a landmarker and embedders of  mien models list, "
            f"not {', '.join(unknown) or 'none'}"
        )
    total = sum(mixture.embedders.values())
    return Pack(
        name=CUSTOM,
        summary="a mixture of your own",
        detectors=tuple(mixture.detectors),
        landmarker=mixture.landmarker,
        embedders={name: share / total for name, share in mixture.embedders.items()},
        default_fmr=1e-3,
    )


def _in_precision(pack: Pack, precision: Precision | None) -> Pack:
    return pack if precision is None else replace(pack, precision=precision)
