"""Check the whole audit log for whoever asks, one at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final, final

from mien.errors import OverloadedError, TamperedError
from mien.storage.audit import Checkpoint, SqlAuditLog

_RETRY_AFTER_S: Final = 10


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found. entries: how many there are; problem: None of a sound log.

    head: None where that is what is gone.
    """

    entries: int
    problem: str | None
    head: Checkpoint | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was changed, removed, inserted or moved."""
        return self.problem is None


@final
class VerifyAudit:
    """It reads every entry, so that a second one at the same time is refused."""

    def __init__(self) -> None:
        """Begin with nobody checking."""
        self._running: Final = threading.Lock()

    def __call__(self, log: SqlAuditLog) -> Verification:
        """Check every entry, checkpoint and signature; raise OverloadedError while another is."""
        if not self._running.acquire(blocking=False):
            raise OverloadedError(
                "the audit log is being verified already: ask again when that is done",
                _RETRY_AFTER_S,
            )
        try:
            head = log.verify()
        except TamperedError as error:
            return Verification(log.count(), str(error), _head(log))
        finally:
            self._running.release()
        return Verification(head.sequence, None, head)


def _head(log: SqlAuditLog) -> Checkpoint | None:
    try:
        return log.head()
    except TamperedError:
        return None
