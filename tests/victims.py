"""What workers do on a real database until they are killed; see `tests/killing.py`.

Everything goes through mien's own storage and use cases, with embeddings that need no model.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final, final

import numpy as np
from sqlalchemy import URL, make_url

from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction
from mien.core.matching import Matcher
from mien.core.ports import UnitOfWork
from mien.core.quality import QualityLimits
from mien.core.scoring import Calibration, FalseMatchRate
from mien.core.template import SubjectId
from mien.core.transform import GalleryTransform
from mien.errors import ContractMismatchError, InvalidRequestError
from mien.index.exact import ExactIndex
from mien.service.authenticate import Authenticate
from mien.service.claim import Judge
from mien.service.enroll import Enroll
from mien.service.erase_subject import erase_subject
from mien.service.gallery import Gallery
from mien.service.probe import ProbeReader
from mien.service.terms import TermsPolicy
from mien.service.transformed import TransformedAnalyzer
from mien.storage.backup import KEYS_NAME, back_up
from mien.storage.database import Database
from mien.storage.engines import connect
from mien.storage.master_keys import KeyFile
from mien.storage.renewal import renew_templates
from mien.storage.restore import Target, restore
from mien.storage.rotation import Rotation, retire, roll_over, rotate
from mien.storage.schema import upgrade
from mien.storage.transforms import gallery_transform
from tests.databases import open_database
from tests.killing import Note, Run, Tell, heard, serve
from tests.unit.service.conftest import CONTRACT, CURVE, PARTS, FakeAnalyzer, decode

ACTOR: Final = "kill test"
KEY_FILE: Final = "master.key"
BACKUPS: Final = "backups"

REFUSED: Final = "refused"
"""Said of what was begun at a moment when mien does not do it."""

BACK_UP: Final = AuditAction.BACK_UP.value

_BREATH_S: Final = 0.01
"""Between renewals, which would keep everybody else waiting."""


def live(run: Run, tell: Tell) -> None:
    """Enroll, authenticate and erase in two to four threads, forever."""
    with open_database(make_url(run.url), Path(run.folder)) as database:
        for thread in _start_people(run, database, tell):
            thread.join()


def change_keys(run: Run, tell: Tell) -> None:
    """Rotate, retire and roll over keys forever, while people come and go."""
    with open_database(make_url(run.url), Path(run.folder)) as database:
        _start_people(run, database, tell)
        while True:
            for what, change in _KEY_CHANGES.items():
                tell(Note(what, done=False))
                try:
                    done = change(database, ACTOR, utc_now())
                except InvalidRequestError:  # somebody was enrolled with the key to be retired
                    done = None
                # Of one that was killed, everything that was left to do may have been erased since.
                idle = isinstance(done, Rotation) and not (done.is_new or done.resealed)
                tell(Note(REFUSED if done is None or idle else what, done=True))


def renew(run: Run, tell: Tell) -> None:
    """Renew the templates forever, while people come and go."""
    with open_database(make_url(run.url), Path(run.folder)) as database:
        _start_people(run, database, tell)
        while True:
            tell(Note("renew templates", done=False))
            try:
                renew_templates(database, CONTRACT, ACTOR, utc_now())
            except InvalidRequestError:  # nobody is enrolled just now
                tell(Note(REFUSED, done=True))
            else:
                tell(Note("renew templates", done=True))
            time.sleep(_BREATH_S)


def back_up_often(run: Run, tell: Tell) -> None:
    """Make backups forever, while people come and go."""
    with open_database(make_url(run.url), Path(run.folder)) as database:
        _start_people(run, database, tell)
        for number in count():
            tell(Note(BACK_UP, done=False))
            # Each in a second of its own, after those of the runs before: that is their name.
            now = utc_now() + timedelta(hours=run.seed, seconds=number)
            back_up(database, Path(run.folder) / BACKUPS, ACTOR, now)
            tell(Note(BACK_UP, done=True))


def restore_all(run: Run, tell: Tell) -> None:
    """Restore the newest backup into an empty database."""
    tell(Note("restore", done=False))
    restore_newest(make_url(run.url), Path(run.folder))
    tell(Note("restore", done=True))


def turn_back(run: Run, tell: Tell) -> None:
    """Turn the gallery of a living database back to the newest backup."""
    tell(Note("restore", done=False))
    restore_newest(make_url(run.url), Path(run.folder), replace=True)
    tell(Note("restore", done=True))


def restore_newest(url: URL, folder: Path, *, replace: bool = False) -> None:
    """Restore the newest backup in a folder, with the master keys there."""
    newest = max((folder / BACKUPS).glob("mien-*.backup"))
    target = Target(url, KeyFile(folder / KEY_FILE), utc_now, ACTOR)
    keys = None if replace else folder / BACKUPS / KEYS_NAME
    restore(newest, target, keys=keys, replace=replace)


def create(run: Run, tell: Tell) -> None:
    """Open a database that is not there yet."""
    tell(Note("create", done=False))
    with open_database(make_url(run.url), Path(run.folder)):
        tell(Note("create", done=True))


def upgrade_old(run: Run, tell: Tell) -> None:
    """Bring a database of an older version to the newest schema."""
    tell(Note("upgrade", done=False))
    engine = connect(make_url(run.url))
    upgrade(engine, KeyFile(Path(run.folder) / KEY_FILE), utc_now)
    engine.dispose()
    tell(Note("upgrade", done=True))


TASKS: Final = {
    task.__name__: task
    for task in (
        live,
        change_keys,
        renew,
        back_up_often,
        restore_all,
        turn_back,
        create,
        upgrade_old,
    )
}

_KEY_CHANGES: Final[dict[str, Callable[[Database, str, datetime], object]]] = {
    "rotate master key": rotate,
    "retire master keys": retire,
    "roll over signing key": roll_over,
}


@dataclass(frozen=True, slots=True)
class _Server:
    """The use cases, as they are after a start."""

    enroll: Enroll
    authenticate: Authenticate

    @classmethod
    def start(cls, database: Database) -> _Server:
        transform = transform_of(database)
        analyzer = TransformedAnalyzer(FakeAnalyzer(), transform)
        matcher, contract, target = Matcher(PARTS), analyzer.stored_as, FalseMatchRate(1e-3)
        probes = ProbeReader(decode, analyzer, QualityLimits())
        gallery = Gallery(ExactIndex(CONTRACT.dimension), matcher, contract)
        calibration = Calibration(contract, "made up", {1: CURVE, 3: CURVE})
        return cls(
            Enroll(probes, gallery, matcher, calibration, contract, target, TermsPolicy(), utc_now),
            Authenticate(probes, Judge(gallery, calibration, target, utc_now)),
        )


def transform_of(database: Database) -> GalleryTransform | None:
    """Return the rotation that a database's templates are stored in."""
    with database.engine.begin() as connection:
        secret = gallery_transform(connection, database.master_keys, utc_now(), make_for_new=False)
    if secret is None:
        return None
    return GalleryTransform(secret, [part.dimension for part in PARTS])


@final
class _Person:
    """One thread's requests; its subjects are its own, so that the order of things is known."""

    def __init__(
        self, database: Database, server: _Server, tell: Tell, name: str, mine: Sequence[str]
    ) -> None:
        self._database = database
        self._server = server
        self._tell = tell
        self._name = name
        self._rng = np.random.default_rng(list(name.encode()))
        self._enrolled = list(mine)
        self._erased: list[str] = []
        self._numbers = count()

    def go_on(self) -> None:
        """Make requests forever."""
        while True:
            wish = self._rng.choice(["enroll", "enroll again", "authenticate", "erase"])
            if wish == "enroll again" and self._erased:
                self._enroll(self._erased.pop())
            elif wish == "authenticate" and self._enrolled:
                self._authenticate(self._enrolled[self._rng.integers(len(self._enrolled))])
            elif wish == "erase" and self._enrolled:
                self._erase(self._enrolled.pop(self._rng.integers(len(self._enrolled))))
            else:
                self._enroll(f"{self._name}-{next(self._numbers)}")

    def _enroll(self, subject: str) -> None:
        photos = tuple(self._photo_of(subject) for _ in range(self._rng.integers(1, 4)))
        images = [photo.encode() for photo in photos]
        self._request(
            Note("enroll", done=True, subject=subject, photos=photos),
            lambda work: self._server.enroll(work, SubjectId(subject), images),
        )
        self._enrolled.append(subject)

    def _authenticate(self, subject: str) -> None:
        shown = subject if self._rng.random() < 0.7 else "a stranger"
        photo = self._photo_of(shown).encode()
        self._request(
            Note("authenticate", done=True, subject=subject),
            lambda work: self._server.authenticate(work, SubjectId(subject), photo),
        )

    def _erase(self, subject: str) -> None:
        self._request(
            Note("erase", done=True, subject=subject),
            lambda work: erase_subject(work, SubjectId(subject), utc_now()),
        )
        self._erased.append(subject)

    def _request(self, note: Note, do: Callable[[UnitOfWork], object]) -> None:
        self._tell(replace(note, done=False))
        while True:
            try:
                with self._database.unit_of_work(ACTOR) as work:
                    do(work)
            except ContractMismatchError:  # the templates were renewed: start the server anew
                self._server = _Server.start(self._database)
            else:
                break
        self._tell(note)

    def _photo_of(self, subject: str) -> str:
        return f"{subject}:{self._rng.integers(1 << 62)}"


def _start_people(run: Run, database: Database, tell: Tell) -> list[threading.Thread]:
    server = _Server.start(database)
    how_many = int(np.random.default_rng(run.seed).integers(2, 5))
    with database.unit_of_work(ACTOR) as work:
        subjects = [subject.id for subject in work.subjects.page(limit=10_000, offset=0)]

    def go_on(number: int) -> None:
        with heard(tell):
            name, mine = f"{run.seed}-{number}", subjects[number::how_many]
            _Person(database, server, tell, name, mine).go_on()

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(how_many)]
    for thread in threads:
        thread.start()
    return threads


if __name__ == "__main__":
    serve(TASKS)
