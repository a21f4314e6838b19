"""What must be in a database after its workers were killed, by what they had said until then."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, final

import numpy as np
from sqlalchemy import URL, func, inspect, select, text
from sqlalchemy.orm import Session

from mien.core.audit import AuditAction, AuditEvent
from mien.core.template import Embedding
from mien.core.transform import Floats, GalleryTransform
from mien.storage.database import Database
from mien.storage.engines import connect, file_of
from mien.storage.master_keys import KeyFile, key_id
from mien.storage.tables import SubjectKeyRow, SubjectRow, TemplateRow
from tests.killing import Note
from tests.unit.service.conftest import embedding_of
from tests.victims import ACTOR, KEY_FILE, REFUSED, transform_of

Photos = tuple[str, ...]
"""What a subject is enrolled with; none when it is not enrolled."""

_PEOPLE: Final = ("enroll", "erase")
_ROUNDING: Final = 1e-3
"""Of embeddings whose numbers are about 1, after many rotations."""


def tables_of(url: URL) -> set[str]:
    """Return the tables of a database, none where there is none."""
    path = file_of(url)
    if path is not None and not path.exists():
        return set()
    engine = connect(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def remove_tables(url: URL) -> None:
    """Go back to before there was a database."""
    path = file_of(url)
    if path is not None:
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        return
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


@final
class Ledger:
    """Follows one database from kill to kill."""

    def __init__(self) -> None:
        self._possible: dict[str, set[Photos]] = {}
        self._least: Counter[str] = Counter()
        self._most: Counter[str] = Counter()
        self._key_ids: set[str] = set()

    def read(self, notes: Iterable[Note]) -> None:
        """Learn what was begun, which may have happened, and what was done, which has to have."""
        for note in notes:
            if note.what == REFUSED:  # which leaves no entry in the audit log
                continue
            (self._least if note.done else self._most)[note.what] += 1
            if note.what not in _PEOPLE:
                continue
            if note.done:
                self._possible[note.subject] = {note.photos}
            else:
                self._possible.setdefault(note.subject, {()}).add(note.photos)

    def enrolled(self) -> dict[str, Photos]:
        """Return who was there at the last check."""
        return {subject: photos for subject, (photos,) in self._possible.items() if photos}

    def turn_back(self, enrolled: Mapping[str, Photos]) -> None:
        """Learn that these are there now, and nobody else."""
        self._possible = {subject: {enrolled.get(subject, ())} for subject in self._possible}

    def check(self, database: Database, folder: Path) -> None:
        """Compare a database and its key file with what is known; remember what was found."""
        with database.unit_of_work(ACTOR) as work:
            work.audit.verify()
            events = [entry.event for entry in work.audit.entries()]
            stored: dict[str, list[Embedding]] = {}
            for _, subject, template in work.subjects.templates():
                stored.setdefault(subject, []).append(template.embedding)
        self._check_people(stored, transform_of(database))
        self._check_counts(events)
        self._check_keys(folder, events)
        with Session(database.engine) as session:
            _check_rows(session, events, sum(map(len, stored.values())))

    def _check_people(
        self, stored: dict[str, list[Embedding]], transform: GalleryTransform | None
    ) -> None:
        assert stored.keys() <= self._possible.keys()
        for subject, possible in self._possible.items():
            found = np.array(stored.get(subject, []))
            same = [photos for photos in possible if _are_of(found, photos, transform)]
            assert len(same) == 1, f"{subject}: {len(found)} templates are stored, not {possible}"
            self._possible[subject] = {same[0]}

    def _check_counts(self, events: list[AuditEvent]) -> None:
        """Require an entry for each acknowledged operation, and none for what nobody began."""
        found = Counter(
            str(event.details["change"])
            if event.action is AuditAction.CHANGE_KEYS
            else event.action.value
            for event in events
        )
        for what in found | self._most:
            least, most = self._least[what], self._most[what]
            assert least <= found[what] <= most, f"{what}: {found[what]}, not {least} to {most}"
        self._least, self._most = found.copy(), found.copy()

    def _check_keys(self, folder: Path, events: list[AuditEvent]) -> None:
        """Require a whole key file, and a word in the log about each key that is gone."""
        path = folder / KEY_FILE
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(list(folder.glob(f".{KEY_FILE}.*"))) <= 2  # the lock, and one draft at most
        now = {key_id(key) for key in KeyFile(path).load()}
        retired = {
            key
            for event in events
            if event.details.get("change") == "retire master keys"
            for key in str(event.details["keys"]).split(", ")
        }
        assert self._key_ids - now <= retired
        self._key_ids |= now


def _are_of(found: Floats, photos: Photos, transform: GalleryTransform | None) -> bool:
    """Tell whether these are the embeddings of these photos, in their order, rotated or bare."""
    if len(found) != len(photos):
        return False
    bare = np.array([embedding_of(photo) for photo in photos])
    if transform is None or not photos:
        return np.array_equal(found, bare)
    return np.allclose(found, transform.apply(bare), atol=_ROUNDING)


def _check_rows(session: Session, events: list[AuditEvent], photos: int) -> None:
    """Require that nothing is half there, and nothing of who was erased."""
    # 1. No row without the one that it belongs to, and no page that is damaged.
    if session.get_bind().dialect.name == "sqlite":
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    # 2. Each subject has a key, its templates, and the photos that it was enrolled with.
    subjects = set(session.scalars(select(SubjectRow.key)))
    assert set(session.scalars(select(SubjectKeyRow.subject_key))) == subjects
    assert set(session.scalars(select(TemplateRow.subject_key))) == subjects
    assert session.scalar(select(func.count()).select_from(TemplateRow)) == photos
    # 3. The log and the data say the same: who came and did not go is there, nobody else.
    came = Counter(event.subject for event in events if event.action is AuditAction.ENROLL)
    gone = Counter(event.subject for event in events if event.action is AuditAction.ERASE)
    there = Counter(session.scalars(select(SubjectRow.pseudonym)))
    turned_back = any(event.action is AuditAction.RESTORE for event in events)
    assert there <= came - gone if turned_back else there == came - gone
    assert max((came | gone).values(), default=1) == 1
    assert not gone - came
