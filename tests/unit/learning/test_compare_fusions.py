from __future__ import annotations

from collections.abc import Mapping

import pytest
from rich.console import Console

from mien.core.matching import Matcher
from mien.evaluation.embed_photos import EmbeddedPhotos
from mien.evaluation.protocol import PairProtocol
from mien.evaluation.verification import TARGET_FMRS, measure_accuracy
from mien.learning.compare_fusions import FusionResult, compare_fusions, print_fusions
from mien.learning.fusion import CrossFitted
from tests.unit.learning.conftest import PARTS

NAMES = ["moody", "steady", "plain mean", "weighted mean", "learned"]


@pytest.fixture(scope="module")
def results(
    protocol: PairProtocol, photos: EmbeddedPhotos, cross_fitted: CrossFitted
) -> Mapping[str, FusionResult]:
    found = list(compare_fusions(protocol, photos, PARTS, cross_fitted))
    return {result.name: result for result in found}


def test_each_model_is_measured_alone_then_what_fuses_them(
    results: Mapping[str, FusionResult],
) -> None:
    assert list(results) == NAMES


def test_each_is_measured_at_the_same_rates(results: Mapping[str, FusionResult]) -> None:
    for result in results.values():
        assert [point.target_fmr for point in result.points] == list(TARGET_FMRS)
        assert result.accuracy.low <= result.accuracy.value <= result.accuracy.high


def test_what_was_learned_rejects_fewest_where_strengths_tell_whom_to_trust(
    results: Mapping[str, FusionResult],
) -> None:
    fnmr = {name: result.points[0].fnmr.value for name, result in results.items()}

    assert fnmr["learned"] == min(fnmr.values())
    assert fnmr["learned"] < fnmr["weighted mean"]


def test_of_equal_shares_the_weighted_mean_is_the_plain_one(
    results: Mapping[str, FusionResult],
) -> None:
    plain, weighted = results["plain mean"], results["weighted mean"]

    assert plain.accuracy == weighted.accuracy
    assert plain.points == weighted.points


def test_the_weighted_mean_is_what_the_pack_does_without_a_fusion(
    protocol: PairProtocol, photos: EmbeddedPhotos, results: Mapping[str, FusionResult]
) -> None:
    assert photos.matcher._weights.tolist() == Matcher(PARTS)._weights.tolist()
    assert results["weighted mean"].accuracy == measure_accuracy(protocol, photos).acquired


def test_the_table_has_a_row_for_each_with_intervals(
    results: Mapping[str, FusionResult],
) -> None:
    console = Console(width=160, record=True, quiet=False, file=None, force_terminal=False)
    with console.capture() as captured:
        print_fusions(iter(results.values()), console)

    lines = captured.get().splitlines()
    for name, result in results.items():
        (row,) = (line for line in lines if f" {name} " in line)
        assert f"{100 * result.accuracy.value:.2f} (" in row
        assert row.count("(") == 1 + len(TARGET_FMRS)
    assert "FNMR at FMR 0.001" in captured.get()
