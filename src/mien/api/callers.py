"""Recognizes callers by what they send: an API key, or an operator's access token."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, final

from mien.api.foundation import Foundation
from mien.bootstrap.clock import utc_now
from mien.core.api_key import ApiKey
from mien.core.caller import Caller
from mien.errors import UnauthorizedError

_REMEMBERED_S: Final = 5.0
"""So long a key is accepted after it was revoked elsewhere, and no database is asked for it."""

_MOST_REMEMBERED: Final = 1000
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
_DOTS_OF_A_TOKEN: Final = 2


@dataclass(frozen=True, slots=True)
class _Known:
    key: ApiKey
    until_s: float


@final
class Callers:
    """Asks the database for a key at most every few seconds; for one event loop."""

    def __init__(
        self, application: Foundation, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the use cases and a clock that never goes back."""
        self._application: Final = application
        self._monotonic_s: Final = monotonic_s
        self._known: Final[OrderedDict[bytes, _Known]] = OrderedDict()

    async def recognize(self, credentials: str) -> Caller:
        """Return who sends an API key or an access token; raise UnauthorizedError."""
        if not credentials:
            raise UnauthorizedError("send your API key in the header X-API-Key")
        if credentials.count(".") == _DOTS_OF_A_TOKEN:
            return await asyncio.to_thread(self._application.access_tokens.verify, credentials)
        return (await self._valid_key(credentials)).caller()

    def forget(self) -> None:
        """Ask the database again for every key: one was changed here."""
        self._known.clear()

    async def _valid_key(self, credentials: str) -> ApiKey:
        digest = hashlib.sha256(credentials.encode()).digest()
        known = self._known.get(digest)
        if known is None or known.until_s <= self._monotonic_s():
            found = await asyncio.to_thread(self._look_up, credentials)
            known = _Known(found, self._monotonic_s() + _REMEMBERED_S)
            self._known[digest] = known
            self._known.move_to_end(digest)
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        if not known.key.is_valid(utc_now()):
            raise UnauthorizedError("this API key has expired, or was revoked")
        return known.key

    def _look_up(self, credentials: str) -> ApiKey:
        """Find a key, and note its use now and then; only keys that exist are remembered."""
        now = utc_now()
        with self._application.unit_of_work("mien") as work:
            key = work.api_keys.find(credentials)
            if key is None:
                raise UnauthorizedError("this API key is not known")
            if key.last_used_at is None or now - key.last_used_at >= _USE_NOTED_EVERY:
                work.api_keys.note_use(key.key_id, now)
        return key
