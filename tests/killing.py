"""Workers on a real database that are killed in the middle; see `integration/test_kill.py`.

`Nursery` keeps one warm process that has imported everything. It forks a worker for each run,
kills it at the moment asked for, and hands back what the worker had said until then. A worker
says what it begins, and what is done once the transaction has ended: only that is acknowledged.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Final, NoReturn, final

from sqlalchemy import URL, NullPool, create_engine, text

from tests.databases import POSTGRES

RUNS: Final = int(os.environ.get("MIEN_KILL_RUNS", "8"))
"""How often each kind of work is killed on each kind of database."""

_FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Note:
    """What a worker begins (done: False), or has done and may tell the world."""

    what: str
    done: bool
    subject: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What a worker is to do. task: one of TASKS. folder: where the master keys are.

    killed_after: so many notes, and so many seconds more; None to let it end by itself.
    """

    task: str
    url: str
    folder: str
    seed: int
    killed_after: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a worker had said when it ended, and for how long it had spoken."""

    killed: bool
    lasted_s: float
    notes: tuple[Note, ...]

    @property
    def in_the_middle(self) -> bool:
        """Whether the kill came while something was begun and not acknowledged."""
        begun = sum(not note.done for note in self.notes)
        return self.killed and 2 * begun > len(self.notes)


Tell = Callable[[Note], None]


@contextmanager
def heard(tell: Tell) -> Iterator[None]:
    """End the worker when it fails, with the reason as its last word."""
    try:
        yield
    except BaseException:  # noqa: BLE001 whatever it is, no test may pass over it
        tell(Note(_FAILED, done=True, subject=traceback.format_exc()))
        os._exit(1)


@final
class Nursery:
    """Starts workers and kills them."""

    def __init__(self, commands: IO[str], answers: IO[str]) -> None:
        """Take the pipes to the warm process."""
        self._commands = commands
        self._answers = answers

    def run(
        self,
        task: str,
        url: URL,
        folder: Path,
        seed: int,
        killed_after: tuple[int, float] | None = None,
    ) -> Outcome:
        """Let a worker do a task until it ends or is killed; raise AssertionError if it fails."""
        run = Run(task, url.render_as_string(hide_password=False), str(folder), seed, killed_after)
        self._commands.write(json.dumps(asdict(run)) + "\n")
        self._commands.flush()
        answer = json.loads(self._answers.readline())
        notes = tuple(
            Note(each["what"], each["done"], each["subject"], tuple(each["photos"]))
            for each in map(json.loads, answer["said"])
        )
        _wait_until_nobody_is_connected(url)
        for note in notes:
            assert note.what != _FAILED, note.subject
        return Outcome(answer["killed"], answer["lasted_s"], notes)


@contextmanager
def warm_nursery() -> Iterator[Nursery]:
    """Start the warm process; it ends with its input."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.victims"],
        cwd=Path(__file__).parent.parent,
        # One thread for each of a worker's own: a fork does not copy others.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Nursery(process.stdin, process.stdout)


def _wait_until_nobody_is_connected(url: URL) -> None:
    """Let PostgreSQL end what a dead client had sent; SQLite's work dies with the process."""
    if url.get_backend_name() != POSTGRES:
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        deadline = time.monotonic() + 30
        while connection.scalar(others):
            assert time.monotonic() < deadline
            time.sleep(0.002)


Tasks = Mapping[str, Callable[[Run, Tell], None]]


def serve(tasks: Tasks) -> None:
    """Fork a worker for each run that stands in the input."""
    for line in sys.stdin:
        outcome = _fork(tasks, Run(**json.loads(line)))
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()


def _fork(tasks: Tasks, run: Run) -> dict[str, object]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(tasks, run, writing)
    os.close(writing)
    said, lasted_s = _listen(reading, child, run.killed_after)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), "lasted_s": lasted_s, "said": said}


def _work(tasks: Tasks, run: Run, pipe: int) -> NoReturn:
    def tell(note: Note) -> None:
        os.write(pipe, json.dumps(asdict(note)).encode() + b"\n")

    with heard(tell):
        tasks[run.task](run, tell)
    os._exit(0)


def _listen(
    pipe: int, child: int, killed_after: tuple[int, float] | None
) -> tuple[list[str], float]:
    """Return what the child says until it ends, and for how long it spoke; kill it in time."""
    heard, first_s = b"", 0.0
    kill_at_s: float | None = None
    while True:
        timeout_s = None if kill_at_s is None else max(0.0, kill_at_s - time.monotonic())
        ready, _, _ = select.select([pipe], [], [], timeout_s)
        if not ready or timeout_s == 0:
            os.kill(child, signal.SIGKILL)  # not waited for yet, so nobody else has its number
            kill_at_s = killed_after = None
            continue
        more = os.read(pipe, 1 << 16)
        now_s = time.monotonic()
        if not more:
            return heard.decode().splitlines(), now_s - first_s
        heard += more
        first_s = first_s or now_s
        if killed_after is not None and kill_at_s is None and heard.count(b"\n") >= killed_after[0]:
            kill_at_s = now_s + killed_after[1]
