"""A stolen database without its master key: nothing of a face is in it.

Every search is also made where it has to find something, so that it cannot pass by being blind.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats
from sqlalchemy import select

from mien.core.audit import Pseudonym
from mien.core.template import Embedding, SubjectId, Template, Terms, stored_contract
from mien.core.transform import GalleryTransform
from mien.storage import envelope
from mien.storage.database import Database
from mien.storage.engines import file_of
from mien.storage.master_keys import Sealed
from mien.storage.tables import Base, SubjectKeyRow, SubjectRow, TemplateRow
from mien.storage.templates import STORED_DTYPE
from mien.storage.vault import TAG_KEY, TRANSFORM, ensure_secret, read_secret
from tests.unit.storage.test_database import NOW

SUBJECTS = 300
DIMENSION = 128
WINDOW = 16
ALPHA = 1e-4
"""Of all comparisons together: what is no similarity is taken for one so rarely."""

Vectors = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stolen:
    """Two templates of each subject, and the database that they were put into.

    bare, stored: float32 [subjects, 2, dimension], as the models made them and as mien rotated
    them; sealed: the bytes that stand in the database, in the same order.
    """

    database: Database
    bare: Embedding
    stored: Embedding
    sealed: list[list[bytes]]
    raw: bytes


@pytest.fixture
def stolen(database: Database, monkeypatch: pytest.MonkeyPatch) -> Stolen:
    # The figures below are then the same in every run, but for the tags' 16 bytes of 541.
    monkeypatch.setattr(envelope.os, "urandom", random.Random(1).randbytes)  # type: ignore[attr-defined]
    rng = np.random.default_rng(1)
    faces = rng.standard_normal((SUBJECTS, 1, DIMENSION))
    bare = (faces + 0.3 * rng.standard_normal((SUBJECTS, 2, DIMENSION))).astype(np.float32)
    with database.engine.begin() as connection:
        secret = ensure_secret(connection, database.master_keys, TRANSFORM, NOW)
    transform = GalleryTransform(secret, [DIMENSION])
    stored = transform.apply(bare)
    mark = stored_contract("contract", transform.id)
    with database.unit_of_work("test") as work:
        for number, pair in enumerate(stored):
            templates = [Template(embedding, mark, 0.5) for embedding in pair]
            work.subjects.add(SubjectId(f"subject {number}"), templates, NOW, Terms())
    with database.engine.connect() as connection:
        rows = connection.scalars(select(TemplateRow.sealed).order_by(TemplateRow.key)).all()
    sealed = [list(rows[at : at + 2]) for at in range(0, len(rows), 2)]
    return Stolen(database, bare, stored, sealed, raw_bytes(database))


def raw_bytes(database: Database) -> bytes:
    """Return the bytes of an SQLite file and its log, or of every value of every table."""
    path = file_of(database.engine.url)
    if path is not None:
        log = path.with_name(f"{path.name}-wal")
        assert log.stat().st_size > 0, "the log is part of what is stolen"
        return path.read_bytes() + log.read_bytes()
    with database.engine.connect() as connection:
        values = [
            value
            for table in Base.metadata.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]
    return b"\0".join(
        value if isinstance(value, bytes) else str(value).encode() for value in values
    )


def windows(data: bytes) -> set[bytes]:
    return {data[at : at + WINDOW] for at in range(len(data) - WINDOW + 1)}


def test_no_part_of_a_template_appears(stolen: Stolen) -> None:
    raw = windows(stolen.raw)
    for embeddings in (stolen.bare, stolen.stored):
        for byte_order in ("<f4", ">f4", "<f2", "<f8"):
            for embedding in embeddings.reshape(-1, DIMENSION).astype(byte_order):
                assert raw.isdisjoint(windows(embedding.tobytes()))
    # The sealed templates are in what was searched, and a bare one would have been found there.
    assert all(windows(sealed) <= raw for pair in stolen.sealed for sealed in pair)
    careless = windows(stolen.raw + b"?" + stolen.stored[-1, -1].tobytes()[5:40])
    assert not careless.isdisjoint(windows(stolen.stored[-1, -1].tobytes()))


def test_no_key_and_no_secret_appears(stolen: Stolen) -> None:
    database = stolen.database
    with database.engine.connect() as connection:
        secrets = [
            read_secret(connection, database.master_keys, name) for name in (TAG_KEY, TRANSFORM)
        ]
        wrapped = connection.execute(
            select(SubjectRow.pseudonym, SubjectKeyRow.sealed, SubjectKeyRow.master_key_id).join(
                SubjectKeyRow
            )
        ).all()
    data_keys = [
        database.vault.open_data_key(Pseudonym(row[0]), Sealed(row[1], row[2])).secret
        for row in wrapped
    ]
    found = [
        *secrets,
        *data_keys,
        *database.master_keys.source.load(),
        database.signing_keys.current().private,
    ]
    assert len(set(found)) == SUBJECTS + 4
    raw = windows(stolen.raw)
    for secret in found:
        assert secret is not None
        assert raw.isdisjoint(windows(secret))
        assert raw.isdisjoint(windows(secret.hex().encode()))
    assert all(windows(row[1]) <= raw for row in wrapped), "the sealed keys were searched"


def as_floats(data: bytes, offset: int) -> Vectors:
    """Read bytes as float32; what is no number is 0, and each counts by its magnitude's logarithm.

    The largest of random float32 would outweigh all others together.
    """
    usable = (len(data) - offset) // 4 * 4
    with np.errstate(invalid="ignore"):  # some are signaling NaN
        values = np.frombuffer(data[offset : offset + usable], STORED_DTYPE).astype(np.float64)
    values = np.where(np.isfinite(values), values, 0)
    return np.asarray(np.sign(values) * np.log1p(np.abs(values) * 1e3))


def as_integers(data: bytes, offset: int) -> Vectors:
    return np.frombuffer(data[offset:], np.int8).astype(np.float64)


def as_bits(data: bytes, offset: int) -> Vectors:
    bits = np.unpackbits(np.frombuffer(data[offset:], np.uint8))
    return 2 * bits.astype(np.float64) - 1


READINGS: dict[str, tuple[Callable[[bytes, int], Vectors], range]] = {
    # The format byte and the nonce come first; where a template begins is for the thief to guess.
    "float32": (as_floats, range(17)),
    "int8": (as_integers, range(17)),
    "bits": (as_bits, range(2)),
}


def smallest_p(pairs: list[list[bytes]], reading: str) -> float:
    """Return how unlikely the similarities of genuine pairs are, were they those of impostors.

    Of a subject's two templates, and of one of each of two subjects, every template in one pair of
    each kind: Mann and Whitney's test, two-sided, Bonferroni's correction for all offsets.
    """
    read, offsets = READINGS[reading]
    found = []
    for offset in offsets:
        vectors = np.array([[read(one, offset) for one in pair] for pair in pairs])
        vectors -= vectors.mean(axis=-1, keepdims=True)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
        first, second = vectors[:, 0], vectors[:, 1]
        genuine = (first * second).sum(axis=-1)
        impostor = (first * np.roll(second, 1, axis=0)).sum(axis=-1)
        found.append(float(scipy.stats.mannwhitneyu(genuine, impostor).pvalue))
    return min(1.0, min(found) * len(found))


@pytest.mark.parametrize("reading", READINGS)
def test_a_persons_sealed_templates_are_no_more_similar_than_two_peoples(
    stolen: Stolen, reading: str
) -> None:
    assert smallest_p(stolen.sealed, reading) > ALPHA / len(READINGS)
    # Of what is inside, the same test is in no doubt, even where other bytes stand before it.
    inside = [
        [sealed[:13] + embedding.tobytes() for sealed, embedding in zip(pair, own, strict=True)]
        for pair, own in zip(stolen.sealed, stolen.stored, strict=True)
    ]
    assert smallest_p(inside, reading) < 1e-20


def test_the_test_would_see_a_nonce_that_is_used_twice(
    stolen: Stolen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two templates under one key and one nonce differ as much as what is inside them."""
    monkeypatch.setattr(envelope.os, "urandom", bytes)  # type: ignore[attr-defined] # the module's own
    careless = [
        [envelope.seal(bytes([number % 251]) * 32, one.tobytes(), b"") for one in pair]
        for number, pair in enumerate(stolen.stored)
    ]
    assert smallest_p(careless, "bits") < 1e-20


def test_sealed_bytes_are_evenly_distributed(stolen: Stolen) -> None:
    """After the format byte each of the 256 values is as frequent as any other."""
    joined = b"".join(sealed[1:] for pair in stolen.sealed for sealed in pair)
    counts = np.bincount(np.frombuffer(joined, np.uint8), minlength=256)
    assert scipy.stats.chisquare(counts).pvalue > ALPHA
    bare = np.bincount(np.frombuffer(stolen.stored.tobytes(), np.uint8), minlength=256)
    assert scipy.stats.chisquare(bare).pvalue < ALPHA
