"""The secret rotation of a gallery: what it keeps, what it hides, and that it never changes."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.matching import Matcher
from mien.core.template import EmbeddingPart
from mien.core.transform import SECRET_BYTES, Floats, GalleryTransform, Renewal

SECRETS = st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES)
DIMENSIONS = st.lists(st.integers(1, 24), min_size=1, max_size=3)
SEEDS = st.integers(0, 2**32 - 1)

PARTS = (EmbeddingPart("first", "a", 48, 0.25), EmbeddingPart("second", "b", 32, 0.75))
PART_DIMENSIONS = [part.dimension for part in PARTS]


def embeddings(seed: int, dimensions: list[int], count: int = 6) -> Floats:
    """Vectors as long as models make them: each part of a length of its own."""
    rng = np.random.default_rng(seed)
    parts = [rng.standard_normal((count, n)) * rng.uniform(0.5, 20, (count, 1)) for n in dimensions]
    return np.concatenate(parts, axis=1).astype(np.float32)


def split(vectors: Floats, dimensions: list[int]) -> list[Floats]:
    return np.split(vectors, np.cumsum(dimensions)[:-1], axis=1)


def cosines(vectors: Floats) -> Floats:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(unit @ unit.T)


@given(SECRETS, DIMENSIONS, SEEDS)
def test_every_parts_lengths_and_cosines_stay(
    secret: bytes, dimensions: list[int], seed: int
) -> None:
    before = embeddings(seed, dimensions)
    after = GalleryTransform(secret, dimensions).apply(before)
    for old, new in zip(split(before, dimensions), split(after, dimensions), strict=True):
        np.testing.assert_allclose(
            np.linalg.norm(new, axis=1), np.linalg.norm(old, axis=1), rtol=1e-5
        )
        np.testing.assert_allclose(cosines(new), cosines(old), atol=1e-5)


@given(SECRETS, SECRETS)
def test_other_secrets_have_other_names(first: bytes, second: bytes) -> None:
    same = GalleryTransform(first, [2]).id == GalleryTransform(second, [2]).id
    assert same == (first == second)


def test_the_name_tells_nothing_of_the_secret() -> None:
    secret = bytes(range(SECRET_BYTES))
    transform = GalleryTransform(secret, [2])
    assert transform.id not in secret.hex()
    assert secret.hex() not in repr(transform)


def test_a_rotation_hides_who_it_is() -> None:
    """Rotated vectors are as far from the bare ones as those of anybody else."""
    before = embeddings(1, [128], count=200)
    after = GalleryTransform(bytes(SECRET_BYTES), [128]).apply(before)
    products = (before * after).sum(axis=1) / (before**2).sum(axis=1)
    assert np.abs(products).max() < 0.4
    assert abs(products.mean()) < 4 / np.sqrt(128 * 200)


def test_parts_of_one_size_are_rotated_differently() -> None:
    twice = np.tile(embeddings(1, [16]), 2)
    first, second = split(GalleryTransform(bytes(SECRET_BYTES), [16, 16]).apply(twice), [16, 16])
    assert not np.allclose(first, second, atol=0.1)


def test_a_secret_makes_the_same_rotation_in_every_version() -> None:
    """Stored templates depend on it: a change here makes every rotated gallery unreadable."""
    transform = GalleryTransform(bytes(range(SECRET_BYTES)), [5, 128, 1])
    # Numbers of another library or chip differ by 1e-14, far less than what is rounded away.
    numbers = np.concatenate([rotation.ravel() for rotation in transform.rotations])
    rounded = np.rint(numbers * 1e4).astype("<i4")
    assert transform.id == "5933dc80"
    np.testing.assert_array_equal(rounded[:5], [898, 229, 8484, 5057, 1259])
    digest = "ec526fe7b474867bd8ce6c9dfc386b5a1498c2b46e13937e14bc4cd48976e166"
    assert hashlib.sha256(rounded.tobytes()).hexdigest() == digest


def test_twenty_renewals_change_no_similarity_by_more_than_a_hundred_thousandth() -> None:
    matcher = Matcher(PARTS)
    stored = bare = embeddings(3, PART_DIMENSIONS, count=40)
    transform: GalleryTransform | None = None
    for number in range(20):
        following = GalleryTransform(bytes([number]) * SECRET_BYTES, PART_DIMENSIONS)
        stored, transform = Renewal(transform, following).apply(stored), following
    assert transform is not None
    before, after = matcher.summarize(bare[:, None]), matcher.summarize(stored[:, None])
    np.testing.assert_allclose(
        matcher.compare_all(after, after), matcher.compare_all(before, before), atol=1e-5
    )
    np.testing.assert_allclose(after.strengths, before.strengths, atol=1e-5)
    # And they are where somebody's new photo is taken to, so that the two can be compared.
    probe = matcher.summarize(transform.apply(bare)[:, None])
    np.testing.assert_allclose(
        matcher.compare_all(probe, after), matcher.compare_all(before, before), atol=1e-5
    )


@given(SECRETS, SECRETS, SEEDS)
def test_a_renewal_is_undoing_the_old_and_applying_the_new(
    first: bytes, second: bytes, seed: int
) -> None:
    old, new = GalleryTransform(first, [7, 12]), GalleryTransform(second, [7, 12])
    bare = embeddings(seed, [7, 12])
    np.testing.assert_allclose(Renewal(None, new).apply(bare), new.apply(bare), atol=1e-6)
    np.testing.assert_allclose(Renewal(old, new).apply(old.apply(bare)), new.apply(bare), atol=1e-4)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        GalleryTransform(b"short", [4])
    with pytest.raises(ValueError, match="has 5 numbers, not 4"):
        GalleryTransform(bytes(SECRET_BYTES), [4]).apply(np.zeros((1, 5), np.float32))
