"""People in a real database, and everything else that a backup has to carry."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import text

from mien.bootstrap.clock import utc_now
from mien.core.api_key import ApiKey
from mien.core.attempt import new_attempt_id
from mien.core.audit import AuditAction, AuditEvent
from mien.core.caller import ALL_SCOPES, Role
from mien.core.consent import Purpose
from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.groups import DEPARTMENT, Attribute, Group
from mien.core.operator import Operator, OperatorName, RefreshToken
from mien.core.review import ReviewKind
from mien.core.scoring import FalseMatchRate
from mien.core.template import Consent, Embedding, SubjectId, Template, Terms
from mien.service.erase_subject import erase_subject
from mien.storage.database import Database
from mien.storage.engines import file_of
from mien.storage.master_keys import KeySource
from mien.storage.restore import Target
from tests.databases import fresh_url

ADA, BOB, EVE = SubjectId("ada.lovelace"), SubjectId("bob"), SubjectId("eve")
NOW = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
PURPOSE = "the door of the laboratory"
API_KEY = "mien_1f2e3d4c_a-key-of-a-calling-program"
CONTRACT = "c" * 32
AGE = Attribute("age")
NAME = "Augusta Ada King"
NOTE = "My eye is bandaged until Friday."
TICKET = "a ticket of ada's"


def embedding(seed: int) -> Embedding:
    return np.random.default_rng(seed).normal(size=128).astype(np.float32)


def enroll(
    database: Database, subject_id: SubjectId, *seeds: int, contract: str = CONTRACT
) -> None:
    terms = Terms(Consent(PURPOSE, NOW), NOW + timedelta(days=365 * 50))
    templates = [Template(embedding(seed), contract, 0.5) for seed in seeds]
    with database.unit_of_work("test") as work:
        pseudonym = work.subjects.add(subject_id, templates, NOW, terms)
        work.audit.append(AuditEvent(AuditAction.ENROLL, NOW, "test", pseudonym))


def erase(database: Database, subject_id: SubjectId) -> None:
    with database.unit_of_work("test") as work:
        erase_subject(work, subject_id, NOW)


def fill(database: Database) -> None:
    """Store two people, and a row at least of every other kind."""
    enroll(database, ADA, 1, 2)
    enroll(database, BOB, 3)
    operator = Operator(OperatorName("grace"), Role.ADMIN, NOW)
    token = RefreshToken("d" * 64, "f" * 32, operator.name, NOW, NOW + timedelta(days=9))
    key = ApiKey("1f2e3d4c", "door", ALL_SCOPES, "door", NOW)
    with database.unit_of_work("test") as work:
        work.operators.add(operator, "$argon2id$hash")
        work.refresh_tokens.add(token)
        work.api_keys.add(API_KEY, key)
        work.failures.record("mallory", NOW)
        work.seen_images.claim(b"a photo of ada", ADA, NOW)
        work.seen_images.claim(b"a photo of bob", BOB, NOW)
        work.seen_images.claim(b"a photo of nobody", None, NOW)
    agree(database, ADA)
    with database.unit_of_work("test") as work:
        work.groups.put(ADA, DEPARTMENT, Group("research"))
        work.groups.put(BOB, DEPARTMENT, Group("kitchen"))
        work.groups.put(ADA, AGE, Group("30-39"))
        work.thresholds.put(DEPARTMENT, Group("treasury"), FalseMatchRate(1e-5))
        work.expressions.add(ADA, record(1), new_attempt_id())
        work.expressions.add(ADA, record(2), new_attempt_id())
    with database.unit_of_work("test") as work:
        work.profiles.put(ADA, NAME, "analyst")
        work.own_passwords.put(ADA, "$argon2id$hash-of-ada")
        work.reviews.ask(ADA, ReviewKind.ERASURE, NOTE, NOW)
        work.reviews.ask(ADA, ReviewKind.VERIFICATION, NOTE, NOW, TICKET)
        work.reviews.ask(EVE, ReviewKind.VERIFICATION, "nobody", NOW, "a ticket of nobody's")


def agree(database: Database, subject_id: SubjectId, at: datetime = NOW) -> None:
    """Let somebody agree to everything."""
    with database.unit_of_work("test") as work:
        for purpose in Purpose:
            work.consents.give(subject_id, purpose, at)


def record(seed: int, at: datetime = NOW) -> ExpressionRecord:
    """Return an expression that is stored without a loss."""
    shares = np.random.default_rng(seed).dirichlet(np.ones(len(Expression))).astype(np.float32)
    return ExpressionRecord(at, ExpressionShares(tuple(shares.tolist())))


def embeddings_of(database: Database) -> dict[SubjectId, list[list[float]]]:
    """Return what is enrolled, opened."""
    found: dict[SubjectId, list[list[float]]] = {}
    with database.unit_of_work("test") as work:
        for _, subject_id, template in work.subjects.templates():
            found.setdefault(subject_id, []).append(template.embedding.tolist())
    return found


def expected(*people: tuple[SubjectId, Sequence[int]]) -> dict[SubjectId, list[list[float]]]:
    return {who: [embedding(seed).tolist() for seed in seeds] for who, seeds in people}


def rows_of(database: Database, table: str, order_by: str = "1") -> list[tuple[object, ...]]:
    with database.engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table} ORDER BY {order_by}"))  # noqa: S608 a test's own words
        return [tuple(row) for row in found]


def run(database: Database, *statements: str) -> None:
    """Do to a database what only somebody past mien can do."""
    if path := file_of(database.engine.url):
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    with database.engine.begin() as server:
        server.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no foreign keys
        for statement in statements:
            server.exec_driver_sql(statement)


def source_of(database: Database) -> KeySource:
    return database.master_keys.source


def target_of(database: Database) -> Target:
    return Target(database.engine.url, source_of(database), utc_now, "cli")


@contextmanager
def empty_target(kind: str, folder: Path, source: KeySource) -> Iterator[Target]:
    with fresh_url(kind, folder) as url:
        yield Target(url, source, utc_now, "cli")


@contextmanager
def opened(target: Target) -> Iterator[Database]:
    database = Database.open(target.url, target.source, utc_now)
    try:
        yield database
    finally:
        database.close()


@dataclass
class InterruptionError(Exception):
    """Ends a long run where a test wants it to end."""

    at: str

    def __call__(self, what: str, done: int, total: int) -> None:  # noqa: ARG002 the port's form
        if what.startswith(self.at):
            raise self
