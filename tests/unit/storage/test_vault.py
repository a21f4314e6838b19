"""What is sealed opens for its own subject, contract and row, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, update

from mien.core.audit import Pseudonym
from mien.core.template import SubjectId, Template, Terms
from mien.errors import KeyMissingError, TamperedError
from mien.storage.database import Database
from mien.storage.envelope import new_key
from mien.storage.master_keys import GivenKeys, MasterKeys, Sealed
from mien.storage.signing_keys import SigningKeys
from mien.storage.tables import SecretRow, SigningKeyRow, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.vault import TAG_KEY, TRANSFORM, DataKey, Vault, put_secret, read_secret
from tests.unit.storage.test_database import NOW, add, template
from tests.unit.storage.test_master_keys import encoded

PSEUDONYMS = st.text("0123456789abcdef", min_size=32, max_size=32)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9)
"""As contexts are made of; see `envelope.context`."""
ADA, BOB = SubjectId("ada"), SubjectId("bob")


def make_vault() -> Vault:
    return Vault(MasterKeys(GivenKeys(encoded(new_key()), "a test")), new_key())


@given(PSEUDONYMS, WORDS, WORDS, st.binary(max_size=64))
def test_a_template_opens_where_it_was_put(
    pseudonym: str, contract: str, template_id: str, embedding: bytes
) -> None:
    vault = make_vault()
    key, wrapped = vault.new_data_key(Pseudonym(pseudonym))
    sealed = key.seal(embedding, contract=contract, template_id=template_id)
    again = vault.open_data_key(Pseudonym(pseudonym), wrapped)
    assert again.unseal(sealed, contract=contract, template_id=template_id) == embedding


@given(st.tuples(PSEUDONYMS, WORDS, WORDS), st.tuples(PSEUDONYMS, WORDS, WORDS))
def test_a_template_opens_for_no_other_subject_contract_or_row(
    place: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    """Even with one and the same key: the place alone decides."""
    secret = new_key()
    (pseudonym, contract, template_id), (others, another_contract, another_id) = place, other
    sealed = DataKey(Pseudonym(pseudonym), secret).seal(
        b"template", contract=contract, template_id=template_id
    )
    wrong = (
        (others, contract, template_id),
        (pseudonym, another_contract, template_id),
        (pseudonym, contract, another_id),
    )
    for whose, of_contract, row in wrong:
        if (whose, of_contract, row) != place:
            with pytest.raises(TamperedError):
                DataKey(Pseudonym(whose), secret).unseal(
                    sealed, contract=of_contract, template_id=row
                )


@given(PSEUDONYMS, PSEUDONYMS, st.data())
def test_a_subjects_key_opens_for_nobody_else_and_with_no_bit_flipped(
    pseudonym: str, other: str, data: st.DataObject
) -> None:
    vault = make_vault()
    _, wrapped = vault.new_data_key(Pseudonym(pseudonym))
    if other != pseudonym:
        with pytest.raises(TamperedError):
            vault.open_data_key(Pseudonym(other), wrapped)
    changed = bytearray(wrapped.data)
    bit = data.draw(st.integers(0, 8 * len(changed) - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(TamperedError):
        vault.open_data_key(Pseudonym(pseudonym), Sealed(bytes(changed), wrapped.master_key_id))


def test_two_subjects_never_share_a_key() -> None:
    vault = make_vault()
    keys = {vault.new_data_key(Pseudonym(f"{n:032x}"))[0].secret for n in range(100)}
    assert len(keys) == 100


@given(WORDS, WORDS, st.binary(max_size=20), st.binary(max_size=20))
@example("a", "ab", b"b", b"")
def test_tags_are_one_only_for_one_purpose_and_one_content(
    purpose: str, other: str, data: bytes, others: bytes
) -> None:
    vault = make_vault()
    same = (purpose, data) == (other, others)
    assert (vault.tag(purpose, data) == vault.tag(other, others)) == same
    assert vault.tag(purpose, data) != make_vault().tag(purpose, data)


def enroll_two(database: Database) -> None:
    add(database, ADA, template(1))
    add(database, BOB, template(2))


def require_refused(database: Database) -> None:
    with database.unit_of_work("test") as work, pytest.raises(TamperedError, match="another row"):
        list(work.subjects.templates())


def test_templates_moved_to_another_subject_are_refused(database: Database) -> None:
    enroll_two(database)
    with database.engine.begin() as connection:
        first, second = connection.scalars(select(TemplateRow.key).order_by(TemplateRow.key))
        ada = select(SubjectRow.key).where(SubjectRow.subject_id == ADA).scalar_subquery()
        connection.execute(
            update(TemplateRow).where(TemplateRow.key == second).values(subject_key=ada)
        )
    assert first != second
    require_refused(database)


def test_templates_moved_with_their_key_are_refused(database: Database) -> None:
    """Bob's template and Bob's key in Ada's rows: whoever could do it would enter as Ada."""
    enroll_two(database)
    with database.engine.begin() as connection:
        for table in (SubjectKeyRow, TemplateRow):
            (_, hers), (key, his) = connection.execute(
                select(table.subject_key, table.sealed).order_by(table.subject_key)
            ).all()
            assert hers != his
            connection.execute(update(table).where(table.subject_key != key).values(sealed=his))
    require_refused(database)


def test_a_template_whose_contract_was_changed_is_refused(database: Database) -> None:
    enroll_two(database)
    with database.engine.begin() as connection:
        connection.execute(update(TemplateRow).values(contract="another"))
    require_refused(database)


def test_an_older_template_of_the_same_subject_does_not_go_into_a_newer_row(
    database: Database,
) -> None:
    add(database, ADA, template(1), template(2))
    with database.engine.begin() as connection:
        (first, sealed), (second, _) = connection.execute(
            select(TemplateRow.key, TemplateRow.sealed).order_by(TemplateRow.key)
        ).all()
        connection.execute(
            update(TemplateRow).where(TemplateRow.key == second).values(sealed=sealed)
        )
    assert first != second
    require_refused(database)


def test_one_secret_of_the_database_does_not_stand_for_another(database: Database) -> None:
    with database.engine.begin() as connection:
        put_secret(connection, database.master_keys, TRANSFORM, new_key(), NOW)
        rotation = select(SecretRow.sealed).where(SecretRow.name == TRANSFORM).scalar_subquery()
        connection.execute(
            update(SecretRow).where(SecretRow.name == TAG_KEY).values(sealed=rotation)
        )
    with database.engine.connect() as connection, pytest.raises(TamperedError):
        read_secret(connection, database.master_keys, TAG_KEY)


def test_a_secret_is_replaced_as_a_whole(database: Database) -> None:
    with database.engine.begin() as connection:
        for secret in (new_key(), new_key()):
            put_secret(connection, database.master_keys, TRANSFORM, secret, NOW)
            assert read_secret(connection, database.master_keys, TRANSFORM) == secret


def test_a_signing_key_under_another_name_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(update(SigningKeyRow).values(kid="another"))
    with pytest.raises(TamperedError):
        SigningKeys(database.engine, database.master_keys).current()


def test_a_row_of_an_unknown_master_key_is_refused(database: Database) -> None:
    enroll_two(database)
    with database.engine.begin() as connection:
        connection.execute(update(SubjectKeyRow).values(master_key_id="0" * 16))
    with (
        database.unit_of_work("test") as work,
        pytest.raises(KeyMissingError, match="restore it from its backup"),
    ):
        list(work.subjects.templates())


def test_nothing_open_shows_in_a_repr(database: Database) -> None:
    vault = database.vault
    key, wrapped = vault.new_data_key(Pseudonym("0" * 32))
    shown = " ".join(map(repr, (vault, key, wrapped, database.master_keys, database)))
    for secret in (key.secret, vault._tag_key, *database.master_keys.source.load()):
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown
        assert encoded(secret) not in shown
    assert repr(key.secret)[2:-1] in repr((key.secret,)), "the search finds one that shows"


def test_a_template_in_the_test_is_what_the_database_takes(database: Database) -> None:
    """The refusals above are of what was moved: unmoved, it opens."""
    enroll_two(database)
    with database.unit_of_work("test") as work:
        found = {subject_id: got for _, subject_id, got in work.subjects.templates()}
        work.subjects.add(SubjectId("cy"), [Template(found[ADA].embedding, "c", 1.0)], NOW, Terms())
    assert (found[ADA].embedding == template(1).embedding).all()
    assert (found[BOB].embedding == template(2).embedding).all()
