"""Work that takes longer than a request: begun, asked for, canceled and forgotten.

Jobs live in the memory of one server: whoever asks another one, or one that was started anew, is
told that there is no such job.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Generic, TypeVar, final

import structlog

from mien.errors import MienError, OverloadedError, UnknownJobError

T = TypeVar("T")

KEPT_S: Final = 600.0
"""So long a result can be asked for."""

_RETRY_AFTER_S: Final = 10


class JobState(StrEnum):
    """How far a job is; stable words of the wire."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


@final
@dataclass(slots=True, eq=False)
class Job(Generic[T]):
    """One job. progress: 0 to 1. error: why it failed; None where nobody expected it.

    is_told: whether its owner has heard how it ended; then it gives way where room is needed.
    Its thread writes the outcome before the state that promises it.
    """

    job_id: str
    owner: str
    state: JobState = JobState.QUEUED
    progress: float = 0.0
    result: T | None = field(default=None, repr=False)
    error: MienError | None = None
    is_told: bool = False
    stop: threading.Event = field(default_factory=threading.Event, repr=False)

    def proceed(self, share: float) -> bool:
        """Note how much is done; tell whether to go on."""
        self.progress = max(self.progress, min(1.0, share))
        return not self.stop.is_set()


Work = Callable[[Callable[[float], bool]], T | None]
"""Takes `Job.proceed`; returns None when it was told to stop."""


@final
class Jobs(Generic[T]):
    """A table of jobs that is bounded in all and for each owner; for one event loop."""

    def __init__(
        self, name: str, *, workers: int, most: int, most_each: int, kept_s: float = KEPT_S
    ) -> None:
        """Start no thread yet. name: of its threads."""
        self._executor: Final = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._most: Final = most
        self._most_each: Final = most_each
        self._kept_s: Final = kept_s
        self._jobs: Final[dict[str, Job[T]]] = {}
        self._log = structlog.get_logger("mien.api")

    def open(self, owner: str) -> Job[T]:
        """Return a new job that waits for its work; raise OverloadedError when there are enough."""
        if not self._has_room(
            [j for j in self._jobs.values() if j.owner == owner], self._most_each
        ):
            raise OverloadedError(
                f"you have {self._most_each} jobs whose end you were not told, which is the most: "
                "ask for them, or DELETE one",
                _RETRY_AFTER_S,
            )
        if not self._has_room(list(self._jobs.values()), self._most):
            raise OverloadedError("the server has as many jobs as it keeps", _RETRY_AFTER_S)
        job: Job[T] = Job(secrets.token_urlsafe(16), owner)
        self._jobs[job.job_id] = job
        return job

    def start(self, job: Job[T], work: Work[T], end: Callable[[], None]) -> None:
        """Do a job's work when a thread is free. end: called in the end, done or not."""
        loop = asyncio.get_running_loop()

        def over(_: Future[None]) -> None:
            end()
            # The loop is closed when the server ends: then there is nothing left to forget.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(loop.call_later, self._kept_s, self.drop, job)

        self._executor.submit(self._run, job, work).add_done_callback(over)

    def find(self, owner: str, job_id: str) -> Job[T]:
        """Return a job of an owner; raise UnknownJobError."""
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise UnknownJobError(
                "there is no such job: results are kept for "
                f"{self._kept_s / 60:g} minutes, and only who began a job may see it"
            )
        return job

    def drop(self, job: Job[T]) -> None:
        """Stop a job, if it is not over, and forget it."""
        job.stop.set()
        if not job.state.is_over:
            job.state = JobState.CANCELED
        self._jobs.pop(job.job_id, None)

    def close(self) -> None:
        """Stop every job, and wait until its thread has ended."""
        for job in list(self._jobs.values()):
            self.drop(job)
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _has_room(self, jobs: Sequence[Job[T]], most: int) -> bool:
        """Tell whether these jobs leave room for one more; the oldest that was told gives way."""
        if len(jobs) < most:
            return True
        told = next((job for job in jobs if job.is_told), None)
        if told is not None:
            self.drop(told)
        return told is not None

    def _run(self, job: Job[T], work: Work[T]) -> None:
        if job.stop.is_set():
            return
        job.state = JobState.RUNNING
        try:
            job.result = work(job.proceed)
        except MienError as error:
            job.error = error
            job.state = JobState.FAILED
        except Exception:  # noqa: BLE001 it is logged, and whoever asks is told
            self._log.exception("unexpected error", job=job.job_id[:6])
            job.state = JobState.FAILED
        else:
            if job.result is None:
                job.state = JobState.CANCELED
            else:
                job.progress, job.state = 1.0, JobState.DONE
