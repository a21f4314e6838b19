"""Brings the models' sources here: from the web, a mirror or a file, whole and verified.

A source passes these steps, each only when all before it have:
1. its license lets a business use it, or the operator has accepted it by name;
2. somebody vouches for its hash: the catalogue, or the operator;
3. it is written beside its place, by one process at a time;
4. what lies on the disk has that hash;
5. it is moved to its place in one step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from mien.errors import (
    InstallationError,
    InvalidRequestError,
    LicenseNotAcceptedError,
    ModelUnreachableError,
    ModelUntrustedError,
    StorageError,
    WeightsCorruptError,
)
from mien.inference.arrival import Arrival, Progress
from mien.inference.catalogue import MODELS
from mien.inference.download import MAX_BYTES, Patience
from mien.inference.files import Content, sha256_of
from mien.inference.mirrors import Mirror
from mien.inference.model import Download, Model
from mien.inference.packs import MODELS_OF, PACKS
from mien.inference.sources import SourceFolder, mending_command

DEFAULT_PATIENCE: Final = Patience()
_GRACE_S: Final = 0.5
"""For a transfer to notice that its time is over."""


def ignore_progress(_model: Model, _done: int, _total: int | None) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the operator agrees to.

    licenses: by name. hashes: by model name, of models that the catalogue has none for.
    """

    licenses: Collection[str] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


NO_TERMS: Final = Terms()


def models_named(names: Iterable[str]) -> tuple[Model, ...]:
    """Return the models of packs and their companions, of detectors, and by name, each once.

    Raises InvalidRequestError.
    """
    found: dict[str, Model] = {}
    for name in names:
        if name in PACKS:
            found.update((weights.model.name, weights.model) for weights in PACKS[name].weights())
            beside = (model for group in PACKS[name].companions for model in MODELS_OF[group])
            found.update((model.name, model) for model in beside)
        elif name in MODELS_OF:
            found.update((model.name, model) for model in MODELS_OF[name])
        else:
            found[name] = model_named(name)
    return tuple(found.values())


def model_named(name: str) -> Model:
    """Return a model of the catalogue; raise InvalidRequestError."""
    for model in MODELS:
        if model.name == name:
            return model
    raise InvalidRequestError(
        f"there is no model {name!r}: mien models list tells them, and the packs "
        f"({', '.join(PACKS)})"
    )


def pull(
    models: Iterable[Model],
    folder: SourceFolder,
    *,
    mirror: Mirror | None = None,
    terms: Terms = NO_TERMS,
    progress: Progress = ignore_progress,
    patience: Patience = DEFAULT_PATIENCE,
) -> tuple[Model, ...]:
    """Fetch the sources that are not there intact and return their models.

    mirror: asked instead of the web, never beside it. Nothing is fetched before the licenses and
    hashes of all are settled; what was fetched before an error stays.

    Raises LicenseNotAcceptedError, ModelUntrustedError, ModelUnreachableError, ModelMissingError
    (of a mirror), WeightsCorruptError and StorageError.
    """
    with _explaining_disk_errors(folder):
        wanted = [
            (model, model.source, _settle(model, folder, terms))
            for model in models
            if isinstance(model.source, Download) and not _is_good(model, folder, terms)
        ]
        for model, source, content in wanted:
            Arrival(
                model=model, content=content, folder=folder, progress=progress, patience=patience
            ).pull(source, mirror)
    return tuple(model for model, _, _ in wanted)


def try_pull(
    models: Iterable[Model],
    folder: SourceFolder,
    *,
    mirror: Mirror | None = None,
    time_limit_s: float,
    progress: Progress = ignore_progress,
) -> InstallationError | None:
    """Pull what can be had within the time; return why not everything is there, or None.

    What came is kept, and the next pull goes on from it.
    """
    patience = Patience(ends_at=time.monotonic() + time_limit_s, attempts=2)
    outcome: Future[InstallationError | None] = Future()

    def attempt() -> None:
        try:
            pull(models, folder, mirror=mirror, progress=progress, patience=patience)
        except InstallationError as error:
            outcome.set_result(error)
        except BaseException as error:  # noqa: BLE001 raised again where it is awaited
            outcome.set_exception(error)
        else:
            outcome.set_result(None)

    # In a thread, because no time limit reaches into the system's look-up of a host's address.
    threading.Thread(target=attempt, name="try_pull", daemon=True).start()
    try:
        return outcome.result(time_limit_s + _GRACE_S)
    except TimeoutError:
        return ModelUnreachableError(f"no answer within {time_limit_s:g} s")


def import_file(
    file: Path,
    folder: SourceFolder,
    *,
    model: Model | None = None,
    terms: Terms = NO_TERMS,
    progress: Progress = ignore_progress,
) -> Model:
    """Copy a file that the operator has to its place and return the model that it is of.

    model: found by the file's hash if not given. Raises as `pull` does, and InvalidRequestError
    for a file that cannot be read or that the catalogue does not know.
    """
    try:
        found = sha256_of(file)
        size = file.stat().st_size
    except OSError as error:
        raise InvalidRequestError(f"{file} cannot be read: {error.strerror}") from error
    if size > MAX_BYTES:
        raise InvalidRequestError(f"{file} has {size:,} bytes, more than {MAX_BYTES:,}")
    with _explaining_disk_errors(folder):
        chosen = model or _recognize(file, found)
        if not isinstance(chosen.source, Download):
            raise InvalidRequestError(
                f"{chosen.name} lies in an installed package: {mending_command(chosen)}"
            )
        content = _settle(chosen, folder, terms)
        if found != content.sha256:
            raise WeightsCorruptError(
                f"{file} has SHA-256 {found}, but {chosen.name} has {content.sha256}"
            )
        Arrival(
            model=chosen,
            content=content,
            folder=folder,
            progress=progress,
            patience=DEFAULT_PATIENCE,
        ).take(file)
    return chosen


def _settle(model: Model, folder: SourceFolder, terms: Terms) -> Content:
    """Return what the source has to be, if the license is accepted and somebody vouches for it."""
    license_ = model.license
    if not license_.commercial and license_.name not in terms.licenses:
        raise LicenseNotAcceptedError(
            f"{model.name} is under {license_.name}: {license_.terms} ({license_.url}). If you "
            f"accept that: mien models pull {model.name} --accept-license {license_.name}"
        )
    content = _content(model, folder, terms)
    if content is None:
        raise ModelUntrustedError(
            f"nobody has published a SHA-256 of {model.name}: get it from a place that you trust "
            f"and run: {mending_command(model)}"
        )
    return content


def _content(model: Model, folder: SourceFolder, terms: Terms) -> Content | None:
    vouched = terms.hashes.get(model.name)
    if vouched is None:
        return folder.content(model)
    if model.sha256 not in (None, vouched):
        raise InvalidRequestError(
            f"{model.name} has the published SHA-256 {model.sha256}: another one is not accepted"
        )
    return replace(folder.content(model) or Content(vouched), sha256=vouched)


def _is_good(model: Model, folder: SourceFolder, terms: Terms) -> bool:
    content = _content(model, folder, terms)
    is_noted = model.sha256 is not None or folder.receipt(model) is not None
    return content is not None and is_noted and content.is_in(folder.path(model))


def _recognize(file: Path, sha256: str) -> Model:
    for model in MODELS:
        if model.sha256 == sha256:
            return model
    raise InvalidRequestError(
        f"no model of the catalogue has the SHA-256 {sha256} of {file}: for one without a "
        "published hash say which it is, with --model NAME --sha256 HASH"
    )


@contextmanager
def _explaining_disk_errors(folder: SourceFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or folder.folder
        raise StorageError(f"{where} cannot be used for the models: {error.strerror}") from error
