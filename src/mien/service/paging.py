"""The one rule about page sizes."""

from __future__ import annotations

from typing import Final

from mien.errors import InvalidRequestError

MAX_PAGE: Final = 1000


def require_page(*, limit: int, offset: int = 0) -> None:
    """Raise InvalidRequestError unless the page is one that may be asked for."""
    if not 1 <= limit <= MAX_PAGE or offset < 0:
        raise InvalidRequestError(
            f"limit lies between 1 and {MAX_PAGE} and offset is not negative, "
            f"got {limit} and {offset}"
        )
