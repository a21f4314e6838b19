from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.matching import Floats, LearnedFusion, Matcher, Unit
from mien.core.template import EmbeddingPart, SubjectId, normalize

ADA = SubjectId("ada")

seeds = st.integers(0, 2**32 - 1)
scales = st.floats(1e-3, 1e3)
dimensions = st.integers(2, 24)


def part(name: str, dimension: int, weight: float) -> EmbeddingPart:
    return EmbeddingPart(name, f"the weights of {name}", dimension, weight)


ALONE = (part("alone", 16, 1.0),)
BOTH = (part("small", 8, 0.25), part("large", 16, 0.75))


@st.composite
def several_parts(draw: st.DrawFn) -> tuple[EmbeddingPart, ...]:
    """Draw one to four models whose shares sum to one."""
    shares = np.array(draw(st.lists(st.floats(0.1, 1), min_size=1, max_size=4)))
    return tuple(
        part(f"model {number}", draw(dimensions), share)
        for number, share in enumerate((shares / shares.sum()).tolist())
    )


def length_of(parts: Sequence[EmbeddingPart]) -> int:
    return sum(part.dimension for part in parts)


def embeddings_of(parts: Sequence[EmbeddingPart], *shape: int, seed: int) -> Floats:
    """Draw vectors as models make them: of any length, above all not of unit length."""
    rng = np.random.default_rng(seed)
    return (3 * rng.normal(size=(*shape, length_of(parts)))).astype(np.float32)


def split(parts: Sequence[EmbeddingPart], embedding: Floats) -> list[Floats]:
    """Return what each model said of a face."""
    return np.split(embedding, np.cumsum([part.dimension for part in parts])[:-1])


def cosine(one: Floats, other: Floats) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


def cosines(parts: Sequence[EmbeddingPart], one: Floats, other: Floats) -> list[float]:
    pairs = zip(split(parts, one), split(parts, other), strict=True)
    return [cosine(first, second) for first, second in pairs]


def fusion_of(inputs: int, seed: int = 0) -> LearnedFusion:
    rng = np.random.default_rng(seed)
    return LearnedFusion(
        center=rng.normal(size=inputs).astype(np.float32),
        scale=rng.uniform(0.5, 2, inputs).astype(np.float32),
        hidden=rng.normal(size=(inputs, 3)).astype(np.float32),
        hidden_bias=rng.normal(size=3).astype(np.float32),
        output=rng.normal(size=3).astype(np.float32),
        output_bias=0.25,
    )


class TestDirections:
    @given(several_parts(), seeds)
    def test_they_have_unit_length(self, parts: tuple[EmbeddingPart, ...], seed: int) -> None:
        directions = Matcher(parts).directions(embeddings_of(parts, 5, seed=seed))

        assert directions.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(directions, axis=-1), 1, atol=1e-5)

    @given(several_parts(), seeds)
    def test_their_product_is_the_weighted_mean_of_the_cosines(
        self, parts: tuple[EmbeddingPart, ...], seed: int
    ) -> None:
        one, other = embeddings_of(parts, 2, seed=seed)

        first, second = Matcher(parts).directions(np.stack([one, other]))

        weights = [part.weight for part in parts]
        assert first @ second == pytest.approx(
            np.dot(weights, cosines(parts, one, other)), abs=1e-5
        )

    @given(several_parts(), seeds, scales)
    def test_how_clearly_a_model_saw_a_face_does_not_turn_them(
        self, parts: tuple[EmbeddingPart, ...], seed: int, scale: float
    ) -> None:
        embedding = embeddings_of(parts, seed=seed)
        clearer = embedding.copy()
        clearer[: parts[0].dimension] *= np.float32(scale)

        np.testing.assert_allclose(
            Matcher(parts).directions(clearer), Matcher(parts).directions(embedding), atol=1e-5
        )

    def test_a_model_that_says_nothing_adds_nothing(self) -> None:
        embedding = embeddings_of(BOTH, seed=1)
        embedding[:8] = 0

        direction = Matcher(BOTH).directions(embedding)

        assert not direction[:8].any()
        assert direction @ direction == pytest.approx(0.75)


class TestStrengths:
    def test_they_are_the_logarithms_of_the_lengths_of_the_parts(self) -> None:
        embeddings = embeddings_of(BOTH, 3, 2, seed=1)

        strengths = Matcher(BOTH).strengths(embeddings)

        assert strengths.shape == (3, 2, 2)
        for row in np.ndindex(3, 2):
            lengths = [np.linalg.norm(said) for said in split(BOTH, embeddings[row])]
            np.testing.assert_allclose(strengths[row], np.log(lengths), rtol=1e-5)

    def test_of_a_model_that_says_nothing_it_is_finite(self) -> None:
        assert np.isfinite(Matcher(ALONE).strengths(np.zeros(16, np.float32))).all()


class TestReferences:
    @given(several_parts(), st.integers(1, 5), seeds)
    def test_the_direction_is_that_of_the_mean_of_the_samples_directions(
        self, parts: tuple[EmbeddingPart, ...], count: int, seed: int
    ) -> None:
        matcher, samples = Matcher(parts), embeddings_of(parts, count, seed=seed)

        reference = matcher.reference(ADA, list(samples))

        mean = matcher.directions(samples).mean(axis=0)
        assert reference.direction.dtype == np.float32
        assert np.linalg.norm(reference.direction) == pytest.approx(1, abs=1e-5)
        assert reference.direction @ mean == pytest.approx(np.linalg.norm(mean), abs=1e-4)

    @given(several_parts(), st.integers(1, 5), seeds)
    def test_the_strengths_are_the_means_of_the_samples(
        self, parts: tuple[EmbeddingPart, ...], count: int, seed: int
    ) -> None:
        matcher, samples = Matcher(parts), embeddings_of(parts, count, seed=seed)

        reference = matcher.reference(ADA, list(samples))

        np.testing.assert_allclose(
            reference.strengths, matcher.strengths(samples).mean(axis=0), atol=1e-5
        )

    @given(st.permutations(range(4)), seeds)
    def test_the_order_of_the_samples_does_not_matter(self, order: list[int], seed: int) -> None:
        matcher, samples = Matcher(BOTH), embeddings_of(BOTH, 4, seed=seed)

        one = matcher.reference(ADA, list(samples))
        other = matcher.reference(ADA, [samples[number] for number in order])

        np.testing.assert_allclose(one.direction, other.direction, atol=1e-6)
        np.testing.assert_allclose(one.strengths, other.strengths, atol=1e-6)

    def test_a_sample_that_was_seen_more_clearly_counts_no_more_than_the_others(self) -> None:
        samples = embeddings_of(BOTH, 2, seed=1)
        brighter = samples * np.array([[1], [100]], np.float32)
        matcher = Matcher(BOTH)

        one, other = (matcher.reference(ADA, list(each)) for each in (samples, brighter))

        np.testing.assert_allclose(one.direction, other.direction, atol=1e-6)

    def test_it_says_whose_it_is_and_of_how_many_samples(self) -> None:
        reference = Matcher(BOTH).reference(ADA, list(embeddings_of(BOTH, 3, seed=1)))

        assert reference.subject_id == ADA
        assert reference.sample_count == 3

    def test_many_subjects_are_summarized_as_each_is_alone(self) -> None:
        matcher, samples = Matcher(BOTH), embeddings_of(BOTH, 4, 3, seed=1)

        gist = matcher.summarize(samples)

        alone = [matcher.reference(ADA, list(own)) for own in samples]
        np.testing.assert_allclose(
            gist.directions, np.stack([each.direction for each in alone]), atol=1e-6
        )
        np.testing.assert_allclose(
            gist.strengths, np.stack([each.strengths for each in alone]), atol=1e-6
        )


class TestComparing:
    @given(seeds)
    def test_of_one_model_the_similarity_is_the_cosine(self, seed: int) -> None:
        probe, enrolled = embeddings_of(ALONE, 2, seed=seed)
        matcher = Matcher(ALONE)

        found = matcher.compare(probe, matcher.reference(ADA, [enrolled]))

        assert found.similarity == pytest.approx(cosine(probe, enrolled), abs=1e-5)
        assert found.by_model == {"alone": pytest.approx(found.similarity, abs=1e-6)}

    @given(several_parts(), seeds)
    def test_of_several_it_is_their_weighted_mean_and_each_is_named(
        self, parts: tuple[EmbeddingPart, ...], seed: int
    ) -> None:
        probe, enrolled = embeddings_of(parts, 2, seed=seed)
        matcher = Matcher(parts)

        found = matcher.compare(probe, matcher.reference(ADA, [enrolled]))

        expected = cosines(parts, probe, enrolled)
        assert list(found.by_model) == [part.model for part in parts]
        assert list(found.by_model.values()) == pytest.approx(expected, abs=1e-5)
        assert found.similarity == pytest.approx(
            np.dot([part.weight for part in parts], expected), abs=1e-5
        )

    @given(several_parts(), seeds, scales)
    def test_without_a_fusion_how_clearly_a_face_was_seen_changes_nothing(
        self, parts: tuple[EmbeddingPart, ...], seed: int, scale: float
    ) -> None:
        probe, enrolled = embeddings_of(parts, 2, seed=seed)
        matcher = Matcher(parts)
        reference = matcher.reference(ADA, [enrolled])

        clearer = matcher.compare(probe * np.float32(scale), reference)

        assert clearer.similarity == pytest.approx(
            matcher.compare(probe, reference).similarity, abs=1e-5
        )

    @given(several_parts(), seeds)
    def test_nobody_is_more_alike_than_oneself_nor_less_than_ones_opposite(
        self, parts: tuple[EmbeddingPart, ...], seed: int
    ) -> None:
        one = embeddings_of(parts, seed=seed)
        matcher = Matcher(parts)
        reference = matcher.reference(ADA, [one])

        assert matcher.compare(one, reference).similarity == pytest.approx(1, abs=1e-5)
        assert matcher.compare(-one, reference).similarity == pytest.approx(-1, abs=1e-5)

    def test_each_model_is_compared_with_the_mean_of_what_it_said_itself(self) -> None:
        probe, *samples = embeddings_of(BOTH, 4, seed=1)
        matcher = Matcher(BOTH)

        found = matcher.compare(probe, matcher.reference(ADA, samples))

        for said, of_samples, value in zip(
            split(BOTH, probe),
            zip(*(split(BOTH, sample) for sample in samples), strict=True),
            found.by_model.values(),
            strict=True,
        ):
            mean = normalize(np.stack(of_samples)).mean(axis=0)
            assert value == pytest.approx(cosine(said, mean), abs=1e-5)

    def test_a_probe_that_is_not_a_number_is_like_nobody(self) -> None:
        matcher = Matcher(BOTH)
        probe, enrolled = embeddings_of(BOTH, 2, seed=1)
        probe[3] = np.nan

        found = matcher.compare(probe, matcher.reference(ADA, [enrolled]))

        assert np.isnan(found.similarity)


@pytest.mark.parametrize("fusion", [None, fusion_of(4)], ids=["mean", "fusion"])
class TestComparingMany:
    """All ways to compare say the same."""

    def test_all_with_all_is_each_with_each(self, fusion: LearnedFusion | None) -> None:
        matcher = Matcher(BOTH, fusion)
        probes, samples = embeddings_of(BOTH, 3, seed=1), embeddings_of(BOTH, 5, 2, seed=2)

        scores = matcher.compare_all(matcher.summarize(probes[:, None]), matcher.summarize(samples))

        references = [matcher.reference(ADA, list(own)) for own in samples]
        expected = [[matcher.compare(p, r).similarity for r in references] for p in probes]
        assert scores.dtype == np.float32
        np.testing.assert_allclose(scores, expected, atol=1e-5)

    def test_more_than_are_compared_at_a_time_are_all_compared(
        self, fusion: LearnedFusion | None
    ) -> None:
        matcher = Matcher(BOTH, fusion)
        gist = matcher.summarize(embeddings_of(BOTH, 600, 1, seed=1))

        scores = matcher.compare_all(gist, gist)

        assert scores.shape == (600, 600)
        np.testing.assert_allclose(scores, scores.T, atol=1e-5)

    def test_rows_are_compared_with_those_opposite(self, fusion: LearnedFusion | None) -> None:
        matcher = Matcher(BOTH, fusion)
        first, second = embeddings_of(BOTH, 2, 7, seed=1)

        rows = matcher.compare_rows(first, second)

        all_with_all = matcher.compare_all(
            matcher.summarize(first[:, None]), matcher.summarize(second[:, None])
        )
        np.testing.assert_allclose(rows, np.diagonal(all_with_all), atol=1e-5)

    def test_gists_are_compared_with_those_opposite(self, fusion: LearnedFusion | None) -> None:
        matcher = Matcher(BOTH, fusion)
        one, several = (
            matcher.summarize(embeddings_of(BOTH, 7, count, seed=count)) for count in (1, 3)
        )

        rows = matcher.compare_opposite(one, several)

        np.testing.assert_allclose(rows, np.diagonal(matcher.compare_all(one, several)), atol=1e-5)

    def test_similarities_have_a_unit(self, fusion: LearnedFusion | None) -> None:
        unit = Matcher(BOTH, fusion).unit
        assert unit is (Unit.COSINE if fusion is None else Unit.LOG_ODDS)

    def test_it_does_not_matter_who_is_enrolled_and_who_is_the_probe(
        self, fusion: LearnedFusion | None
    ) -> None:
        matcher = Matcher(BOTH, fusion)
        first, second = embeddings_of(BOTH, 2, 7, seed=1)

        np.testing.assert_allclose(
            matcher.compare_rows(first, second), matcher.compare_rows(second, first), atol=1e-5
        )

    def test_no_faces_have_no_similarities(self, fusion: LearnedFusion | None) -> None:
        matcher = Matcher(BOTH, fusion)
        nobody, somebody = (embeddings_of(BOTH, count, 1, seed=1) for count in (0, 2))

        scores = matcher.compare_all(matcher.summarize(nobody), matcher.summarize(somebody))

        assert scores.shape == (0, 2)


class TestFusion:
    def test_it_is_what_decides_when_there_is_one(self) -> None:
        fusion = fusion_of(4)
        matcher = Matcher(BOTH, fusion)
        probe, *samples = embeddings_of(BOTH, 4, seed=1)
        reference = matcher.reference(ADA, samples)

        found = matcher.compare(probe, reference)

        (expected,) = fusion(
            np.array([list(found.by_model.values())], np.float32),
            (matcher.strengths(probe) + reference.strengths)[None],
        )
        assert found.similarity == pytest.approx(float(expected), abs=1e-5)
        assert found.by_model == Matcher(BOTH).compare(probe, reference).by_model

    def test_it_sees_the_cosines_and_both_faces_strengths(self) -> None:
        matcher = Matcher(BOTH)
        first, second = embeddings_of(BOTH, 2, 5, seed=1)

        seen, strengths = matcher.inputs(first, second)

        np.testing.assert_allclose(
            seen, [cosines(BOTH, *pair) for pair in zip(first, second, strict=True)], atol=1e-5
        )
        np.testing.assert_allclose(
            strengths, matcher.strengths(first) + matcher.strengths(second), atol=1e-6
        )

    def test_it_is_a_perceptron_with_one_hidden_layer(self) -> None:
        plain = LearnedFusion(
            center=np.array([0.5, 2.0], np.float32),
            scale=np.array([0.25, 4.0], np.float32),
            hidden=np.array([[1.0], [0.5]], np.float32),
            hidden_bias=np.array([-1.0], np.float32),
            output=np.array([3.0], np.float32),
            output_bias=0.5,
        )

        (score,) = plain(np.array([[0.75]], np.float32), np.array([[6.0]], np.float32))

        # (0.75 - 0.5) / 0.25 = 1 and (6 - 2) / 4 = 1; 1 * 1 + 1 * 0.5 - 1 = 0.5.
        assert score == pytest.approx(3 * np.tanh(0.5) + 0.5)

    @given(seeds)
    def test_each_row_is_judged_by_itself(self, seed: int) -> None:
        fusion = fusion_of(4, seed)
        rows = np.random.default_rng(seed).normal(size=(2, 6, 2)).astype(np.float32)

        together = fusion(*rows)

        alone = [fusion(rows[0, [n]], rows[1, [n]])[0] for n in range(6)]
        np.testing.assert_allclose(together, alone, atol=1e-5)
