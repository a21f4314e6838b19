"""Renewing templates: all of them or none, and nobody's similarity changes."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from mien.core.audit import AuditAction
from mien.core.matching import Matcher
from mien.core.template import (
    EmbeddingContract,
    EmbeddingPart,
    SubjectId,
    Template,
    Terms,
    stored_contract,
)
from mien.core.transform import Floats, GalleryTransform
from mien.errors import ContractMismatchError, InvalidRequestError, KeyMissingError, TamperedError
from mien.index.exact import ExactIndex
from mien.service.gallery import Gallery
from mien.storage import renewal
from mien.storage.database import Database
from mien.storage.dialects import alone
from mien.storage.envelope import new_key
from mien.storage.master_keys import MasterKeys
from mien.storage.renewal import renew_templates
from mien.storage.tables import SecretRow, SubjectKeyRow, TemplateRow
from mien.storage.transforms import gallery_transform
from mien.storage.vault import TRANSFORM, put_secret
from tests.unit.storage.test_database import NOW

CONTRACT = EmbeddingContract(
    "detector",
    "landmarker",
    (EmbeddingPart("first", "a", 48, 0.25), EmbeddingPart("second", "b", 32, 0.75)),
)
MATCHER = Matcher(CONTRACT.parts)
DIMENSIONS = [part.dimension for part in CONTRACT.parts]
PEOPLE = 11
TEMPLATES = 2 * PEOPLE


class KilledError(Exception):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "_ROWS_PER_BATCH", 5)
    monkeypatch.setattr(renewal, "_STORED", renewal._STORED.limit(5))


@pytest.fixture
def bare() -> Floats:
    """Two embeddings of each person as the models make them, [people, 2, dimension]."""
    rng = np.random.default_rng(1)
    faces = 3 * rng.standard_normal((PEOPLE, 1, CONTRACT.dimension))
    noise = rng.standard_normal((PEOPLE, 2, CONTRACT.dimension))
    return (faces + noise).astype(np.float32)


@pytest.fixture
def unprotected(database: Database, bare: Floats) -> Database:
    enroll(database, bare, None)
    return database


@pytest.fixture
def protected(database: Database, bare: Floats) -> Database:
    with database.engine.begin() as connection:
        put_secret(connection, database.master_keys, TRANSFORM, new_key(), NOW)
    enroll(database, bare, stored_transform(database))
    return database


def enroll(database: Database, embeddings: Floats, transform: GalleryTransform | None) -> None:
    mark = stored_contract(CONTRACT.digest, transform and transform.id)
    with database.unit_of_work("test") as work:
        for number, pair in enumerate(embeddings):
            stored = pair if transform is None else transform.apply(pair)
            templates = [Template(embedding, mark, 0.5) for embedding in stored]
            work.subjects.add(SubjectId(f"subject {number:02}"), templates, NOW, Terms())


def stored_transform(database: Database) -> GalleryTransform:
    """Return the rotation that a server would start with."""
    with database.engine.begin() as connection:
        secret = gallery_transform(connection, database.master_keys, NOW, make_for_new=True)
    assert secret is not None
    return GalleryTransform(secret, DIMENSIONS)


def stored(database: Database) -> tuple[set[str], Floats]:
    """Return the marks and the embeddings, [people, 2, dimension]."""
    with database.unit_of_work("test") as work:
        found = [template for _, _, template in work.subjects.templates()]
    embeddings = np.array([template.embedding for template in found])
    return {template.contract for template in found}, embeddings.reshape(PEOPLE, 2, -1)


def similarities(probes: Floats, references: Floats) -> Floats:
    return MATCHER.compare_all(MATCHER.summarize(probes[:, None]), MATCHER.summarize(references))


def require_same_similarities(database: Database, bare: Floats) -> None:
    """New photos are as similar to the stored templates as they always were."""
    transform = stored_transform(database)
    marks, embeddings = stored(database)
    assert marks == {stored_contract(CONTRACT.digest, transform.id)}
    np.testing.assert_allclose(
        similarities(transform.apply(bare[:, 0]), embeddings),
        similarities(bare[:, 0], bare),
        atol=1e-5,
    )


def test_similarities_stay_and_templates_do_not(protected: Database, bare: Floats) -> None:
    old = stored_transform(protected)
    _, before = stored(protected)
    seen: list[tuple[int, int]] = []
    done = renew_templates(
        protected, CONTRACT, "test", NOW, lambda _, done, total: seen.append((done, total))
    )
    new = stored_transform(protected)
    assert new.id != old.id
    assert (done.templates, done.contract) == (
        TEMPLATES,
        stored_contract(CONTRACT.digest, new.id),
    )
    assert seen == [(5, 22), (10, 22), (15, 22), (20, 22), (22, 22)]
    _, after = stored(protected)
    assert np.abs(np.diag(similarities(after[:, 0], before))).max() < 0.6, "they are told apart"
    require_same_similarities(protected, bare)


def test_twenty_renewals_add_up_to_no_error_that_counts(protected: Database, bare: Floats) -> None:
    for _ in range(20):
        renew_templates(protected, CONTRACT, "test", NOW)
    require_same_similarities(protected, bare)


def test_a_gallery_without_a_rotation_gets_one(unprotected: Database, bare: Floats) -> None:
    marks, before = stored(unprotected)
    assert marks == {CONTRACT.digest}
    np.testing.assert_array_equal(before, bare)
    renew_templates(unprotected, CONTRACT, "test", NOW)
    require_same_similarities(unprotected, bare)


def test_it_is_recorded(protected: Database) -> None:
    renew_templates(protected, CONTRACT, "ada", NOW)
    with protected.unit_of_work("test") as work:
        (entry,) = work.audit.page(limit=10)
    assert (entry.event.action, entry.event.actor) == (AuditAction.CHANGE_KEYS, "ada")
    assert entry.event.details == {
        "change": "renew templates",
        "templates": TEMPLATES,
        "transform": stored_transform(protected).id,
    }


@pytest.mark.parametrize("batches", [1, 3, 5])
def test_a_kill_leaves_everything_as_it_was(
    protected: Database, bare: Floats, batches: int
) -> None:
    before = stored(protected)
    old = stored_transform(protected)

    def die(what: str, done: int, total: int) -> None:
        assert (what, total) == ("templates", TEMPLATES)
        if done > 5 * (batches - 1):
            raise KilledError

    with pytest.raises(KilledError):
        renew_templates(protected, CONTRACT, "test", NOW, die)
    after = stored(protected)
    assert after[0] == before[0]
    np.testing.assert_array_equal(after[1], before[1])
    assert stored_transform(protected).id == old.id
    require_same_similarities(protected, bare)
    with protected.unit_of_work("test") as work:
        assert work.audit.count() == 0
    renew_templates(protected, CONTRACT, "test", NOW)
    require_same_similarities(protected, bare)


def test_templates_of_another_pack_are_refused(protected: Database) -> None:
    other = replace(CONTRACT, detectors="another")
    before = stored(protected)
    with pytest.raises(ContractMismatchError, match="Nothing was changed"):
        renew_templates(protected, other, "test", NOW)
    np.testing.assert_array_equal(stored(protected)[1], before[1])


def test_an_empty_gallery_keeps_its_secret(database: Database) -> None:
    """A server that is about to enroll the first person has taken it already."""
    before = stored_transform(database).id
    with pytest.raises(InvalidRequestError, match="nobody is enrolled"):
        renew_templates(database, CONTRACT, "test", NOW)
    assert stored_transform(database).id == before


def test_a_secret_that_is_gone_or_another_is_refused(protected: Database) -> None:
    with protected.engine.begin() as connection:
        put_secret(connection, protected.master_keys, TRANSFORM, new_key(), NOW)
    with pytest.raises(TamperedError, match="another rotation"):
        renew_templates(protected, CONTRACT, "test", NOW)
    with protected.engine.begin() as connection:
        connection.execute(delete(SecretRow).where(SecretRow.name == TRANSFORM))
    with pytest.raises(KeyMissingError, match="from its backup"):
        renew_templates(protected, CONTRACT, "test", NOW)


def test_templates_without_a_key_or_in_two_rotations_are_refused(protected: Database) -> None:
    first = select(func.min(TemplateRow.key)).scalar_subquery()
    with protected.engine.begin() as connection:
        connection.execute(
            update(TemplateRow).where(TemplateRow.key == first).values(contract=CONTRACT.digest)
        )
    with pytest.raises(TamperedError, match="several rotations"):
        renew_templates(protected, CONTRACT, "test", NOW)
    with protected.engine.begin() as connection:
        connection.execute(delete(TemplateRow).where(TemplateRow.key == first))
        connection.execute(delete(SubjectKeyRow).where(SubjectKeyRow.subject_key == 3))
    with pytest.raises(TamperedError, match="2 templates have no key"):
        renew_templates(protected, CONTRACT, "test", NOW)


def test_a_server_that_runs_refuses_and_says_what_to_do(protected: Database) -> None:
    old = stored_transform(protected)
    mark = stored_contract(CONTRACT.digest, old.id)
    gallery = Gallery(ExactIndex(CONTRACT.dimension), MATCHER, mark)
    with protected.unit_of_work("test") as work:
        gallery.follow(work)
    assert gallery.size() == PEOPLE
    renew_templates(protected, CONTRACT, "test", NOW)
    with (
        protected.unit_of_work("test") as work,
        pytest.raises(ContractMismatchError, match="start it anew"),
    ):
        gallery.follow(work)
    new = stored_contract(CONTRACT.digest, stored_transform(protected).id)
    restarted = Gallery(ExactIndex(CONTRACT.dimension), MATCHER, new)
    with protected.unit_of_work("test") as work:
        restarted.follow(work)
    assert restarted.size() == PEOPLE


def test_nobody_is_enrolled_in_the_old_rotation_after_it_was_renewed(
    protected: Database, bare: Floats
) -> None:
    """Not even who was on the way in: their template would be lost with the old secret."""
    late = Template(bare[0, 0], stored_contract(CONTRACT.digest, stored_transform(protected).id), 1)
    outcome: list[BaseException | str] = []
    began = threading.Event()

    def enroll_late() -> None:
        began.wait()
        try:
            with protected.unit_of_work("test") as work:
                work.subjects.add(SubjectId("late"), [late], NOW, Terms())
            outcome.append("enrolled")
        except ContractMismatchError as error:
            outcome.append(error)

    thread = threading.Thread(target=enroll_late)

    def let_in(what: str, done: int, total: int) -> None:
        assert (what, total) == ("templates", TEMPLATES)
        assert 0 < done <= total
        began.set()
        thread.join(0.05)

    thread.start()
    renew_templates(protected, CONTRACT, "test", NOW, let_in)
    thread.join()
    (refused,) = outcome
    assert isinstance(refused, ContractMismatchError)
    assert "start it anew" in str(refused)
    require_same_similarities(protected, bare)


def test_a_renewal_waits_for_who_is_being_enrolled(protected: Database, bare: Floats) -> None:
    mark = stored_contract(CONTRACT.digest, stored_transform(protected).id)
    thread = threading.Thread(target=renew_templates, args=(protected, CONTRACT, "test", NOW))
    with alone(protected.engine) as session:
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        assert set(session.scalars(select(TemplateRow.contract))) == {mark}
    thread.join()
    require_same_similarities(protected, bare)


def test_the_new_secret_is_sealed_with_the_current_master_key(protected: Database) -> None:
    renew_templates(protected, CONTRACT, "test", NOW)
    with Session(protected.engine) as session:
        key_id = session.scalar(select(SecretRow.master_key_id).where(SecretRow.name == TRANSFORM))
    assert key_id == MasterKeys(protected.master_keys.source).current_id


def test_a_server_of_before_enrolls_nobody_into_a_gallery_that_was_emptied(
    protected: Database, bare: Floats
) -> None:
    before = stored_transform(protected)
    renew_templates(protected, CONTRACT, "test", NOW)
    with protected.unit_of_work("test") as work:
        for subject in work.subjects.page(limit=100, offset=0):
            work.subjects.remove(subject.id)
    with pytest.raises(ContractMismatchError, match="start it anew"):
        enroll(protected, bare, before)
    enroll(protected, bare, stored_transform(protected))
    assert stored(protected)[1].shape == bare.shape
