from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mien.core.template import EmbeddingContract, EmbeddingPart, normalize, parse_subject_id
from mien.errors import InvalidRequestError

FIRST = EmbeddingPart(model="a model", source="its weights and chip", dimension=128, weight=0.75)
SECOND = EmbeddingPart(model="another model", source="its own", dimension=64, weight=0.25)
CONTRACT = EmbeddingContract(
    detectors="a detector", landmarker="a landmarker", parts=(FIRST, SECOND)
)

vectors = hnp.arrays(np.float32, 8, elements=st.floats(-1e6, 1e6, width=32))


class TestSubjectId:
    @pytest.mark.parametrize(
        "text",
        [
            "a",
            "7",
            "ada",
            "ada.lovelace@example.org",
            "Ada Lovelace",
            "urn:id:+1-2_3",
            "Þórdís",
            "李小龍",
        ],
    )
    def test_names_numbers_and_addresses_are_accepted(self, text: str) -> None:
        assert parse_subject_id(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="empty"),
            pytest.param(" ", id="a space"),
            pytest.param(" ada", id="a leading space"),
            pytest.param("ada ", id="a trailing space"),
            pytest.param("ada\n", id="a trailing newline"),
            pytest.param("ada\tlovelace", id="a tab"),
            pytest.param("ada\x00", id="a null byte"),
            pytest.param("../etc/passwd", id="a path"),
            pytest.param("a\\b", id="a backslash"),
            pytest.param("<b>ada</b>", id="markup"),
            pytest.param("'; DROP TABLE subjects; --", id="SQL"),
            pytest.param("a\u202eb", id="a direction override"),
            pytest.param("a\u200bb", id="an invisible character"),
        ],
    )
    def test_anything_that_could_be_taken_for_something_else_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidRequestError, match="user_id"):
            parse_subject_id(text)

    @given(st.integers(1, 400))
    def test_up_to_128_characters_are_accepted(self, length: int) -> None:
        text = "x" * length

        if length <= 128:
            assert parse_subject_id(text) == text
        else:
            with pytest.raises(InvalidRequestError):
                parse_subject_id(text)

    @given(st.text(max_size=140))
    def test_what_is_accepted_is_kept_as_it_is(self, text: str) -> None:
        try:
            accepted = parse_subject_id(text)
        except InvalidRequestError:
            return
        assert accepted == text == text.strip()
        assert text.isprintable()


class TestNormalize:
    @given(vectors)
    def test_the_length_becomes_1_and_the_direction_stays(
        self, vector: npt.NDArray[np.float32]
    ) -> None:
        length = float(np.linalg.norm(vector))
        assume(length > 1e-6)

        unit = normalize(vector)

        assert unit.dtype == np.float32
        assert np.linalg.norm(unit) == pytest.approx(1, abs=1e-5)
        np.testing.assert_allclose(unit * length, vector, rtol=1e-4, atol=1e-4 * length)

    def test_each_row_is_scaled_by_itself(self) -> None:
        rows = normalize(np.array([[3, 4], [0, 2]], np.float32))

        np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 1.0]], rtol=1e-6)

    def test_nothing_stays_nothing(self) -> None:
        np.testing.assert_array_equal(normalize(np.zeros(4, np.float32)), np.zeros(4))


class TestEmbeddingContract:
    def test_an_embedding_is_as_long_as_its_parts_together(self) -> None:
        assert CONTRACT.dimension == 128 + 64

    def test_equal_contracts_have_equal_digests(self) -> None:
        assert replace(CONTRACT, parts=(replace(FIRST), SECOND)).digest == CONTRACT.digest

    def test_a_change_of_any_field_changes_the_digest(self) -> None:
        parts = [
            replace(FIRST, model="another"),
            replace(FIRST, source="another"),
            replace(FIRST, dimension=256),
            replace(FIRST, weight=0.7),
        ]
        contracts = [
            replace(CONTRACT, detectors="another"),
            replace(CONTRACT, landmarker="another"),
            replace(CONTRACT, parts=(FIRST,)),
        ]

        assert len(parts) == len(fields(EmbeddingPart))
        assert len(contracts) == len(fields(EmbeddingContract))
        contracts += [replace(CONTRACT, parts=(part, SECOND)) for part in parts]
        digests = {contract.digest for contract in (CONTRACT, *contracts)}
        assert len(digests) == len(contracts) + 1

    def test_parts_in_another_order_make_other_embeddings(self) -> None:
        assert replace(CONTRACT, parts=(SECOND, FIRST)).digest != CONTRACT.digest

    def test_what_moves_from_one_field_to_the_next_changes_the_digest(self) -> None:
        one = replace(CONTRACT, detectors="ab", landmarker="c")
        other = replace(CONTRACT, detectors="a", landmarker="bc")

        assert one.digest != other.digest

    def test_the_digest_of_a_contract_never_changes(self) -> None:
        # Stored with every template: another value would orphan every gallery.
        assert CONTRACT.digest == "7619687490276c0d4f8e8f4510383989"
