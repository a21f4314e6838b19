"""The built files, read once: what is not among them cannot be asked for.

A build or an upgrade beneath a running server changes nothing of what it serves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self, final

from starlette.datastructures import Headers
from starlette.responses import Response

BUILT: Final = Path(__file__).parents[2] / "dashboard"
"""Where the build puts them."""

INDEX: Final = "index.html"

_HASHED: Final = re.compile(r"assets/.+-(?=[a-z]*[^a-z.])[\w-]{8}\.\w+")
"""Vite puts a hash of the content into a name; eight small letters are rather a word."""

_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""Best first."""

FILE_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Written out: what the machine's own table says differs from one to the next."""


@final
@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file, and what it is in other encodings, as the build left it."""

    name: str
    content: bytes = field(repr=False)
    encoded: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def answer(self, headers: Headers) -> Response:
        """Return the file in the best encoding that a request takes."""
        accepted = _accepted_encodings(headers.get("accept-encoding", ""))
        encoding = next((name for name in self.encoded if name in accepted), None)
        answer = Response(self.encoded[encoding] if encoding else self.content)
        answer.headers["Content-Type"] = FILE_TYPES.get(
            Path(self.name).suffix, "application/octet-stream"
        )
        answer.headers["Cache-Control"] = _FOREVER if _HASHED.fullmatch(self.name) else _ASK_AGAIN
        if self.encoded:
            answer.headers["Vary"] = "Accept-Encoding"
        if encoding:
            answer.headers["Content-Encoding"] = encoding
        return answer


@final
@dataclass(frozen=True, slots=True)
class BuiltFiles:
    """The dashboard as it was built. page: index.html; others: by path, without a leading slash."""

    page: str = field(repr=False)
    others: Mapping[str, BuiltFile] = field(repr=False)

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return what lies in a folder; None where no dashboard was built."""
        if not (folder / INDEX).is_file():
            return None
        contents = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        page = contents.pop(INDEX).decode("utf-8")
        return cls(page, {name: _with_encodings(name, contents) for name in _plain(contents)})


def _plain(contents: Mapping[str, bytes]) -> list[str]:
    endings = tuple(_ENCODINGS.values())
    return [name for name in contents if not name.endswith(endings)]


def _with_encodings(name: str, contents: Mapping[str, bytes]) -> BuiltFile:
    encoded = {
        encoding: contents[name + ending]
        for encoding, ending in _ENCODINGS.items()
        if name + ending in contents
    }
    return BuiltFile(name, contents[name], encoded)


def _accepted_encodings(header: str) -> set[str]:
    """Read Accept-Encoding; an encoding of weight 0 is refused (RFC 9110, 12.4.2)."""
    accepted = set()
    for offer in header.lower().split(","):
        name, _, weight = offer.partition(";")
        if weight.replace(" ", "").rstrip("0") not in {"q=", "q=0."}:
            accepted.add(name.strip())
    return accepted
