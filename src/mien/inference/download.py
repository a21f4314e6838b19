"""Fetches a file of known SHA-256 over HTTP; what was cut off is resumed where it ended.

Nothing depends on what a server says: a resumed file whose hash is wrong is fetched anew from
its first byte, so no ETag has to be kept, and no more is read than the file can be long.
"""

from __future__ import annotations

import base64
import os
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final, final
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit

from mien._version import __version__
from mien.errors import ModelUnreachableError, WeightsCorruptError
from mien.inference.files import Content

Report = Callable[[int, int | None], None]
"""Called with the bytes that are there and the total, None where it is not known."""

MAX_BYTES: Final = 1 << 30
"""Of a file whose size the catalogue does not know."""

_CHUNK_BYTES: Final = 1 << 18
_WORTH_ANOTHER_TRY: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
)
_HOPELESS: Final = (socket.gaierror, ssl.SSLCertVerificationError)
"""A host that nobody knows, or that is not who it says."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a transfer is tried.

    timeout_s: of one wait for the network. attempts: before giving up. pause_s: after the first
    failure; each further pause is twice as long. ends_at: on `time.monotonic`, None for no end.
    """

    timeout_s: float = 30.0
    attempts: int = 5
    pause_s: float = 0.5
    ends_at: float | None = None

    def check(self) -> None:
        """Raise ModelUnreachableError when the time is over."""
        if self.ends_at is not None and time.monotonic() >= self.ends_at:
            raise ModelUnreachableError("the time for it is over; the next pull goes on from there")

    def limit_s(self, wanted_s: float) -> float:
        """Return a time to wait that does not pass the end; raise ModelUnreachableError."""
        self.check()
        if self.ends_at is None:
            return wanted_s
        return min(wanted_s, max(0.01, self.ends_at - time.monotonic()))


class _NotThereError(Exception):
    """The server has no such file."""


class _InterruptedTransferError(Exception):
    """Something that may go better the next time; the message says what."""


def download(
    urls: Sequence[str], part: Path, content: Content, report: Report, patience: Patience
) -> None:
    """Bring *part* to the wanted content from the first of *urls* that has it.

    Goes on from what *part* holds already. Raises ModelUnreachableError (*part* is kept for the
    next time), WeightsCorruptError (what is known to be wrong is removed) and OSError of the
    folder.
    """
    for url in urls:
        try:
            _download(url, part, content, report, patience)
        except _NotThereError:
            continue
        return
    raise ModelUnreachableError(f"there is no {' and no '.join(map(without_password, urls))}")


def without_password(url: str) -> str:
    """Return the URL as it may be shown."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _download(url: str, part: Path, content: Content, report: Report, patience: Patience) -> None:
    failures = 0
    while True:
        resumed = part.is_file()
        try:
            _transfer(url, part, content, report, patience)
        except _InterruptedTransferError as error:
            failures += 1
            if failures >= patience.attempts:
                raise ModelUnreachableError(
                    f"{without_password(url)} cannot be fetched: {error}"
                ) from error
            time.sleep(patience.limit_s(patience.pause_s * 2 ** (failures - 1)))
            continue
        if content.is_in(part):
            return
        part.unlink()
        if not resumed:
            raise WeightsCorruptError(
                f"{without_password(url)} is not the file with SHA-256 {content.sha256}: "
                "take it from another place, with --mirror or mien models import FILE"
            )
        # The beginning may have been of another file: once more, from the first byte.


def _transfer(url: str, part: Path, content: Content, report: Report, patience: Patience) -> None:
    """Append to *part* what is missing; return when its hash has to decide."""
    have = part.stat().st_size if part.is_file() else 0
    if have == content.size or have > (content.size or MAX_BYTES):
        return
    response = _open(url, have, patience)
    if response is None:
        return
    with response:
        have = _start_of(response, have)
        total = _announced_size(url, response, have, content)
        with part.open("ab" if have else "wb") as file:
            report(have, total)
            while chunk := _read(response, patience):
                have += len(chunk)
                if have > (total or MAX_BYTES):
                    raise _too_large(url, part, total)
                file.write(chunk)
                report(have, total)
            file.flush()
            os.fsync(file.fileno())
    if have < (total or 0):
        raise _InterruptedTransferError(f"the connection ended at {have:,} of {total:,} bytes")


def _open(url: str, offset: int, patience: Patience) -> HTTPResponse | None:
    """Ask for what follows *offset*; None when the server says that nothing does."""
    try:
        response = _opener().open(
            _request(url, offset), timeout=patience.limit_s(patience.timeout_s)
        )
    except HTTPError as error:
        error.close()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
            return None
        if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            raise _NotThereError from error
        reason = f"HTTP {error.code} {error.reason}"
        if error.code in _WORTH_ANOTHER_TRY:
            raise _InterruptedTransferError(reason) from error
        raise ModelUnreachableError(f"{without_password(url)}: {reason}") from error
    except URLError as error:
        if isinstance(error.reason, _HOPELESS):
            raise ModelUnreachableError(f"{without_password(url)}: {error.reason}") from error
        raise _InterruptedTransferError(str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise _InterruptedTransferError(_describe(error)) from error
    if not isinstance(response, HTTPResponse):
        raise ModelUnreachableError(f"{without_password(url)} does not answer in HTTP")
    return response


def _start_of(response: HTTPResponse, asked: int) -> int:
    """Return the offset of the first byte that comes."""
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        return 0  # the server sends everything, whatever it was asked
    if not response.headers.get("Content-Range", "").startswith(f"bytes {asked}-"):
        raise _InterruptedTransferError("the server sent another part than the one asked for")
    return asked


def _read(response: HTTPResponse, patience: Patience) -> bytes:
    patience.check()
    try:
        return response.read1(_CHUNK_BYTES)
    except (OSError, HTTPException) as error:
        raise _InterruptedTransferError(_describe(error)) from error


def _describe(error: Exception) -> str:
    return str(error) or type(error).__name__


def _announced_size(url: str, response: HTTPResponse, offset: int, content: Content) -> int | None:
    """Return the size of the whole file, in bytes; raise WeightsCorruptError for a wrong one."""
    announced = None if response.length is None else offset + response.length
    if content.size is None:
        if announced is not None and announced > MAX_BYTES:
            raise WeightsCorruptError(
                f"{without_password(url)} has {announced:,} bytes, more than {MAX_BYTES:,}"
            )
        return announced
    if announced not in (None, content.size):
        raise WeightsCorruptError(
            f"{without_password(url)} has {announced:,} bytes, expected {content.size:,}: "
            "it is another file, or a page that stands before it"
        )
    return content.size


def _too_large(url: str, part: Path, total: int | None) -> WeightsCorruptError:
    part.unlink()
    return WeightsCorruptError(
        f"{without_password(url)} goes on after {total or MAX_BYTES:,} bytes"
    )


def _request(url: str, offset: int) -> urllib.request.Request:
    headers = {"User-Agent": f"mien/{__version__}", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    parts = urlsplit(url)
    request = urllib.request.Request(without_password(url), headers=headers)  # noqa: S310 _opener takes http(s) only
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        token = base64.b64encode(user.encode()).decode("ascii")
        request.add_unredirected_header("Authorization", f"Basic {token}")
    return request


def _opener() -> urllib.request.OpenerDirector:
    """Return what opens http and https, by the environment's proxies, and nothing else.

    Unlike the library's own opener it reads no file: and ftp: URLs, not even after a redirect.
    """
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
