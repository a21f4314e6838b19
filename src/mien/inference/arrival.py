"""A model's source on its way to its place: locked, verified, moved in one step."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from mien.errors import ModelUnreachableError, WeightsCorruptError
from mien.inference.download import Patience, download
from mien.inference.files import Content, locked
from mien.inference.mirrors import FolderMirror, Mirror
from mien.inference.model import Download, Model
from mien.inference.sources import Receipt, SourceFolder, SourceState

Progress = Callable[[Model, int, int | None], None]
"""Called with a model, the bytes that are there, and the total, None where it is not known."""

_COPY_BYTES: Final = 1 << 20


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One source that is wanted. content: what it has to be; the license is settled."""

    model: Model
    content: Content
    folder: SourceFolder
    progress: Progress
    patience: Patience

    def pull(self, source: Download, mirror: Mirror | None) -> None:
        """Fetch the source from the mirror, or without one from the web."""
        if isinstance(mirror, FolderMirror):
            found = mirror.find(self.model, self.content)
            self._place(SourceState.PULLED, str(found), lambda part: self._copy(found, part))
            return
        urls = mirror.urls(self.model) if mirror else (source.url,)
        origin = str(mirror or source.url)
        try:
            self._place(
                SourceState.PULLED,
                origin,
                lambda part: download(urls, part, self.content, self._report, self.patience),
            )
        except ModelUnreachableError as error:
            what = source.url if mirror else "it"
            raise ModelUnreachableError(
                f"{self.model.name}: {error}. Try again, or name a mirror (--mirror or "
                f"MIEN_MODELS_MIRROR), or fetch {what} elsewhere and run: "
                f"mien models import {source.name}"
            ) from error

    def take(self, file: Path) -> None:
        """Copy the source from the operator's file."""
        origin = str(file.absolute())
        self._place(SourceState.IMPORTED, origin, lambda part: self._copy(file, part))

    def _place(self, state: SourceState, origin: str, write: Callable[[Path], None]) -> None:
        path = self.folder.path(self.model)
        part = path.with_name(f".{path.name}.part")
        self.folder.folder.mkdir(parents=True, exist_ok=True)
        with locked(path.with_name(f".{path.name}.lock"), lambda: self._wait(part)):
            is_there = self.content.is_in(path)
            if not is_there:  # or else another process was faster
                write(part)
                if not self.content.is_in(part):
                    part.unlink(missing_ok=True)
                    raise WeightsCorruptError(
                        f"what came from {origin} does not have SHA-256 {self.content.sha256}"
                    )
            # First, since a source that only the operator vouches for is worth nothing without.
            if not is_there or self.folder.receipt(self.model) is None:
                self.folder.note(self.model, self._receipt(state, origin))
            if not is_there:
                part.replace(path)

    def _copy(self, file: Path, part: Path) -> None:
        total, done = file.stat().st_size, 0
        try:
            with file.open("rb") as source, part.open("wb") as target:
                while chunk := source.read(_COPY_BYTES):
                    self.patience.check()
                    done += target.write(chunk)
                    self._report(done, total)
                target.flush()
                os.fsync(target.fileno())
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def _report(self, done: int, total: int | None) -> None:
        self.progress(self.model, done, total)

    def _wait(self, part: Path) -> None:
        """Show how far the process has come that holds the lock."""
        self.patience.check()
        try:
            self._report(part.stat().st_size, self.content.size)
        except FileNotFoundError:
            return

    def _receipt(self, state: SourceState, origin: str) -> Receipt:
        license_ = self.model.license
        return Receipt(
            model=self.model.name,
            sha256=self.content.sha256,
            state=state,
            origin=origin,
            license=license_.name,
            accepted_license=None if license_.commercial else license_.name,
        )
