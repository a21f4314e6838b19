"""Learned templates at rest: sealed with their origin, never in the way of the enrolled ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from mien.core.attempt import AttemptId, new_attempt_id
from mien.core.live.store import LiveSession
from mien.core.liveness import LivenessPolicy
from mien.core.template import (
    EmbeddingContract,
    EmbeddingPart,
    Origin,
    StoredTemplate,
    SubjectId,
    Template,
)
from mien.errors import TamperedError, UnknownSubjectError
from mien.service.disown import disown
from mien.storage.backup import back_up
from mien.storage.check import DatabaseCheck
from mien.storage.database import Database
from mien.storage.dialects import alone
from mien.storage.renewal import renew_templates
from mien.storage.restore import restore
from tests.databases import BOTH, POSTGRES, SQLITE
from tests.stored import (
    ADA,
    BOB,
    CONTRACT,
    NOW,
    embedding,
    empty_target,
    enroll,
    opened,
    rows_of,
    run,
    source_of,
    target_of,
)

LATER = NOW + timedelta(days=1)
FIRST, SECOND, THIRD = new_attempt_id(), new_attempt_id(), new_attempt_id()
CANDIDATE, ADAPTED, ENROLLED = Origin.CANDIDATE, Origin.ADAPTED, Origin.ENROLLED


def stored(database: Database, subject_id: SubjectId = ADA) -> list[StoredTemplate]:
    with database.unit_of_work("test") as work:
        return work.subjects.templates_of(subject_id)


def keep(database: Database, seed: int, attempt_id: AttemptId, contract: str = CONTRACT) -> None:
    with database.unit_of_work("test") as work:
        template = Template(embedding(seed), contract, 0.75)
        work.learned.keep(ADA, template, attempt_id, LATER)


def adopt(database: Database, confirmed_by: AttemptId) -> None:
    (candidate,) = [each for each in stored(database) if each.origin is CANDIDATE]
    with database.unit_of_work("test") as work:
        work.learned.adopt(ADA, candidate, confirmed_by)


def learn(database: Database, contract: str = CONTRACT) -> None:
    """Give ada, of two enrolled templates, one that counts and a candidate."""
    enroll(database, ADA, 1, 2, contract=contract)
    enroll(database, BOB, 3, contract=contract)
    keep(database, 4, FIRST, contract)
    adopt(database, SECOND)
    keep(database, 5, THIRD, contract)


def origins(found: Sequence[StoredTemplate]) -> list[Origin]:
    return [each.origin for each in found]


def latest_change(database: Database) -> int:
    with database.unit_of_work("test") as work:
        return work.subjects.latest_change()


def problems(database: Database) -> str:
    findings = DatabaseCheck(database).run()
    return "; ".join(problem for finding in findings for problem in finding.problems)


def test_what_is_learned_comes_back_as_it_was_put_in(database: Database) -> None:
    learn(database)
    *enrolled, adapted, candidate = stored(database)
    assert origins(enrolled) == [ENROLLED, ENROLLED]
    assert [each.added_at for each in enrolled] == [NOW, NOW]
    assert (adapted.origin, adapted.attempt_id, adapted.confirmed_by) == (ADAPTED, FIRST, SECOND)
    assert (candidate.origin, candidate.attempt_id) == (CANDIDATE, THIRD)
    assert candidate.confirmed_by is None
    assert (candidate.added_at, candidate.template.quality) == (LATER, 0.75)
    np.testing.assert_array_equal(adapted.template.embedding, embedding(4))
    np.testing.assert_array_equal(candidate.template.embedding, embedding(5))
    with database.unit_of_work("test") as work:
        ada = work.subjects.get(ADA)
    assert (ada.template_count, ada.adapted_count, ada.candidate_count) == (2, 1, 1)
    assert ada.average_quality == 0.5


def test_references_are_made_without_candidates(database: Database) -> None:
    learn(database)
    with database.unit_of_work("test") as work:
        of_ada = [t.embedding.tolist() for _, who, t in work.subjects.templates() if who == ADA]
    assert of_ada == [embedding(seed).tolist() for seed in (1, 2, 4)]


def test_only_what_counts_is_announced(database: Database) -> None:
    enroll(database, ADA, 1)
    before = latest_change(database)
    keep(database, 4, FIRST)
    assert latest_change(database) == before
    adopt(database, SECOND)
    assert latest_change(database) == before + 1


def test_no_statement_takes_an_enrolled_template(database: Database) -> None:
    learn(database)
    everything = stored(database)
    with database.unit_of_work("test") as work:
        for each in everything:
            work.learned.adopt(ADA, each, THIRD)
        work.learned.drop(ADA, everything)
    assert origins(stored(database)) == [ENROLLED, ENROLLED]


def test_one_persons_templates_are_not_anothers_to_drop(database: Database) -> None:
    learn(database)
    with database.unit_of_work("test") as work:
        work.learned.drop(BOB, stored(database))
        with pytest.raises(UnknownSubjectError):
            work.learned.drop(SubjectId("ghost"), [])
    assert len(stored(database)) == 4


@pytest.mark.parametrize(
    ("was", "slipped_in"),
    [("candidate", "enrolled"), ("candidate", "adapted"), ("adapted", "enrolled")],
)
def test_whoever_writes_the_database_cannot_make_a_template_count(
    database: Database, was: str, slipped_in: str
) -> None:
    learn(database)
    run(database, f"UPDATE templates SET origin = '{slipped_in}' WHERE origin = '{was}'")  # noqa: S608 a test's own words
    with pytest.raises(TamperedError):
        stored(database)
    assert "a template of ada.lovelace: a sealed value does not open" in problems(database)


def test_a_subject_of_nothing_but_what_was_learned_is_found(database: Database) -> None:
    learn(database)
    assert problems(database) == ""
    run(database, "DELETE FROM templates WHERE origin = 'enrolled' AND quality = 0.5")
    assert "ada.lovelace has no enrolled template" in problems(database)


def test_nobody_waits_who_only_wants_to_learn(database: Database) -> None:
    enroll(database, ADA, 1)
    if database.engine.dialect.name == POSTGRES:
        with alone(database.engine), database.unit_of_work("test") as work:
            assert not work.learned.try_lock()
    with database.unit_of_work("test") as work:
        assert work.learned.try_lock()
        assert work.learned.try_lock()


# Keys, renewals and backups


def test_learned_templates_are_renewed_with_the_others(database: Database) -> None:
    parts = (EmbeddingPart("one", "a", 96, 0.5), EmbeddingPart("two", "b", 32, 0.5))
    contract = EmbeddingContract("detector", "landmarker", parts)
    learn(database, contract.digest)
    before = stored(database)
    assert renew_templates(database, contract, "test", LATER).templates == 5
    after = stored(database)
    assert origins(after) == origins(before)
    assert {each.template.contract for each in after} != {contract.digest}
    for one, other in zip(before, after, strict=True):
        assert (one.template_id, one.attempt_id) == (other.template_id, other.attempt_id)
        assert not np.allclose(one.template.embedding, other.template.embedding)
    products = [
        [float(a.template.embedding @ b.template.embedding) for b in some for a in some]
        for some in (before, after)
    ]
    np.testing.assert_allclose(products[0], products[1], rtol=1e-3, atol=1e-2)
    assert problems(database) == ""


@pytest.mark.parametrize("kind", BOTH)
def test_a_backup_brings_back_what_was_learned(
    database: Database, kind: str, tmp_path: Path
) -> None:
    learn(database)
    made = back_up(database, tmp_path / "backups", "test", LATER)
    assert made.data is not None
    with empty_target(kind, tmp_path / "new", source_of(database)) as target:
        restore(made.data, target, keys=made.keys)
        with opened(target) as copy:
            for one, other in zip(stored(database), stored(copy), strict=True):
                np.testing.assert_array_equal(one.template.embedding, other.template.embedding)
                assert (one.template_id, one.origin, one.added_at, one.attempt_id) == (
                    other.template_id,
                    other.origin,
                    other.added_at,
                    other.attempt_id,
                )
                assert one.confirmed_by == other.confirmed_by
            assert problems(copy) == ""


@pytest.mark.parametrize("attempt_id", [FIRST, SECOND], ids=["candidate", "adopter"])
def test_what_was_disowned_since_the_backup_stays_out(
    database: Database, attempt_id: AttemptId, tmp_path: Path
) -> None:
    learn(database)
    made = back_up(database, tmp_path / "backups", "test", LATER)
    assert made.data is not None
    with database.unit_of_work("test") as work:
        disown(work, ADA, attempt_id, LATER)
    assert origins(stored(database)) == [ENROLLED, ENROLLED, CANDIDATE]
    restore(made.data, target_of(database), replace=True)
    assert origins(stored(database)) == [ENROLLED, ENROLLED, CANDIDATE]
    assert problems(database) == ""


def test_live_sessions_are_in_no_backup(database: Database, tmp_path: Path) -> None:

    learn(database)
    session = LiveSession("key:door", ADA, LivenessPolicy.ACTIVE, NOW, LATER)
    with database.unit_of_work("test") as work:
        work.live_sessions.begin("a token", session)
    made = back_up(database, tmp_path / "backups", "test", LATER)
    assert made.data is not None
    with empty_target(SQLITE, tmp_path / "new", source_of(database)) as target:
        restore(made.data, target, keys=made.keys)
        with opened(target) as copy:
            assert rows_of(copy, "live_sessions") == []
    assert len(rows_of(database, "live_sessions")) == 1
