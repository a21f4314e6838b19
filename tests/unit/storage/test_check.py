"""What `mien db check` finds: every way in which a database can be broken here is one of its."""

from __future__ import annotations

from pathlib import Path

import pytest

from mien.storage.check import DatabaseCheck
from mien.storage.database import Database
from mien.storage.engines import file_of, sqlite_url
from mien.storage.findings import Finding
from mien.storage.master_keys import KeyFile
from tests.databases import POSTGRES, open_database
from tests.stored import empty_target, fill, opened, run

OF_BOB = "subject_key = (SELECT key FROM subjects WHERE subject_id = 'bob')"
A_TEMPLATE_OF_ADA = (
    "(SELECT t.sealed FROM templates t JOIN subjects s ON s.key = t.subject_key"
    " WHERE s.subject_id = 'ada.lovelace' LIMIT 1)"
)
CHECKS = [
    "integrity",
    "schema",
    "foreign keys",
    "keys",
    "templates",
    "contract",
    "expressions",
    "consents",
    "self-service",
    "audit log",
]


def broken(database: Database) -> dict[str, str]:
    """Return what is found wrong, by the check that found it."""
    findings: list[Finding] = DatabaseCheck(database).run()
    assert [finding.check for finding in findings] == CHECKS
    return {finding.check: "; ".join(finding.problems) for finding in findings if not finding.sound}


def test_a_sound_database_is_sound(database: Database) -> None:
    assert broken(database) == {}  # an empty one too
    fill(database)
    assert broken(database) == {}
    looked_at = {finding.check: finding.looked_at for finding in DatabaseCheck(database).run()}
    assert looked_at["templates"] == "3 of 2 subjects"
    assert looked_at["audit log"] == "2 entries"
    assert looked_at["keys"] == "2 secrets and signing keys"
    assert looked_at["foreign keys"] == "10 references"
    assert looked_at["expressions"] == "2 expressions"
    assert looked_at["consents"] == "2 consents"
    assert looked_at["self-service"] == "1 profiles, 1 subject passwords, 2 reviews"


@pytest.mark.parametrize(
    ("damage", "check", "problem"),
    [
        ("DELETE FROM subject_keys WHERE {bob}", "templates", "the key of bob is gone"),
        (
            "UPDATE subject_keys SET sealed = {a_template} WHERE {bob}",
            "templates",
            "the key of bob: a sealed value does not open",
        ),
        (
            "UPDATE subject_keys SET master_key_id = '0123456789abcdef' WHERE {bob}",
            "templates",
            "the key of bob: the database is sealed with master key 0123456789abcdef",
        ),
        (
            "UPDATE templates SET sealed = {a_template} WHERE {bob}",
            "templates",
            "a template of bob: a sealed value does not open",
        ),
        ("DELETE FROM templates WHERE {bob}", "templates", "bob has no template"),
        (
            "UPDATE secrets SET sealed = {a_template}",
            "keys",
            "the secret tags: a sealed value does not open",
        ),
        (
            "UPDATE audit_entries SET actor = 'nobody' WHERE sequence = 2",
            "audit log",
            "entry 2 of the audit log was changed",
        ),
        ("DELETE FROM audit_entries WHERE sequence = 2", "audit log", "ends at entry 1"),
        ("DELETE FROM audit_head", "audit log", "the head of the audit log is gone"),
        ("DROP INDEX ix_templates_subject_key", "schema", "ix_templates_subject_key"),
        ("ALTER TABLE failures ADD COLUMN more INTEGER", "schema", "more"),
        (
            "UPDATE seen_images SET subject_key = 999 WHERE subject_key IS NOT NULL",
            "foreign keys",
            "2 rows of seen_images belong to no subjects",
        ),
        (
            "UPDATE expression_records SET sealed = {a_template}",
            "expressions",
            "an expression of ada.lovelace: a sealed value does not open",
        ),
        (
            "UPDATE expression_records SET at = '2026-05-01 12:30:01'",
            "expressions",
            "an expression of ada.lovelace: a sealed value does not open",
        ),
        (
            "UPDATE profiles SET sealed = {a_template}",
            "self-service",
            "profiles of ada.lovelace: a sealed value does not open",
        ),
        (
            "UPDATE subject_passwords SET sealed = (SELECT sealed FROM profiles)",
            "self-service",
            "subject_passwords of ada.lovelace: a sealed value does not open",
        ),
        (
            "UPDATE reviews SET note = {a_template} WHERE kind = 'erasure'",
            "self-service",
            "reviews of ada.lovelace: a sealed value does not open",
        ),
        (
            "DELETE FROM consents WHERE purpose = 'expression'",
            "consents",
            "2 expressions of people who have not agreed to expression",
        ),
        (
            "DELETE FROM consents WHERE purpose = 'fairness'",
            "consents",
            "1 groups of people who have not agreed to fairness",
        ),
    ],
)
def test_what_is_broken_is_found(database: Database, damage: str, check: str, problem: str) -> None:
    fill(database)
    run(database, damage.format(bob=OF_BOB, a_template=A_TEMPLATE_OF_ADA))
    found = broken(database)
    assert list(found) == [check]
    assert problem in found[check]


def test_templates_of_two_contracts_are_found(database: Database) -> None:
    fill(database)
    damage = "UPDATE templates SET contract = 'other' WHERE {bob}"
    run(database, damage.format(bob=OF_BOB))
    found = broken(database)
    assert "1 templates of other" in found["contract"]
    assert "a template of bob" in found["templates"]  # its seal names the contract


def test_many_problems_are_told_as_a_few_and_a_number(database: Database) -> None:
    fill(database)
    with database.engine.connect() as connection:
        high = connection.exec_driver_sql("SELECT max(key) FROM subjects").scalar_one()
    stranger = (
        "INSERT INTO subjects (key, subject_id, pseudonym, enrolled_at)"
        " VALUES ({key}, 'nobody-{key}', 'p-{key}', '2026-01-01 00:00:00')"
    )
    run(database, *(stranger.format(key=high + 1 + number) for number in range(20)))
    # Each has neither key nor template: two problems.
    assert broken(database)["templates"].endswith("and 35 more")


def test_damaged_pages_are_found(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "mien.db")
    with open_database(url, tmp_path) as database:
        fill(database)
    path = file_of(url)
    assert path is not None
    with open_database(url, tmp_path) as database:
        with database.engine.connect() as connection:
            pages = "SELECT rootpage FROM sqlite_master WHERE name = 'seen_images'"
            page = connection.exec_driver_sql(pages).scalar_one()
        database.engine.dispose()
        stored = bytearray(path.read_bytes())
        stored[(page - 1) * 4096 : page * 4096] = b"\x5a" * 4096
        path.write_bytes(bytes(stored))
        assert "integrity" in broken(database)


def test_an_index_that_postgresql_gave_up_is_found(tmp_path: Path) -> None:
    source = KeyFile(tmp_path / "master.key")
    with empty_target(POSTGRES, tmp_path, source) as target, opened(target) as database:
        fill(database)
        run(
            database,
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'ix_templates_subject_key'::regclass",
        )
        assert "REINDEX INDEX ix_templates_subject_key" in broken(database)["integrity"]


def test_the_progress_of_a_check_reaches_its_end(database: Database) -> None:
    fill(database)
    told: dict[str, tuple[int, int]] = {}

    def tell(what: str, done: int, total: int) -> None:
        told[what] = done, total

    DatabaseCheck(database, tell).run()
    assert told == {
        "opening templates of subjects": (2, 2),
        "verifying the audit log": (2, 2),
    }
