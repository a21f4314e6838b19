"""From photos to the tables, with a network that is made up."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mien.core.geometry import Box
from mien.core.image import Image
from mien.errors import InvalidRequestError
from mien.evaluation.pad.assess import (
    FITTED,
    PASSIVE,
    PadAssessment,
    assess_attacks,
    list_ways,
)
from mien.evaluation.pad.faces import hold_crops, locate_faces
from mien.evaluation.pad.metrics import PadScores
from mien.evaluation.pad.protocol import PadProtocol, read_protocol
from mien.evaluation.pad.report import to_json, write_attack_report
from mien.evaluation.pad.scores import PadVotes, collect_votes
from mien.evaluation.pad.tables import make_notes, make_tables
from mien.inference.antispoof.passive import PassiveDetector
from mien.inference.antispoof.votes import Votes
from tests.unit.evaluation.pad.pad_folder import (
    PER_SOURCE,
    Finder,
    middle_of_padded,
    write_collection,
)


class Sharp:
    """Takes sharp images for alive."""

    def vote(self, image: Image, box: Box) -> Votes:
        assert box.area > 0
        return {"sharp": float(np.log2(np.abs(np.diff(image.pixels[..., 1], axis=1)).mean()) - 4)}


def _ignore(_done: int, _total: int) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> PadProtocol:
    protocol = read_protocol(write_collection(tmp_path_factory.mktemp("pad")))
    assert protocol is not None
    return protocol


@pytest.fixture(scope="module")
def judged(protocol: PadProtocol) -> PadVotes:
    return collect_votes(protocol, PassiveDetector([Sharp()]), Finder(middle_of_padded), _ignore)


@pytest.fixture(scope="module")
def ways(protocol: PadProtocol, judged: PadVotes) -> dict[str, PadScores]:
    return list_ways(protocol, judged)


@pytest.fixture(scope="module")
def assessment(protocol: PadProtocol, ways: dict[str, PadScores]) -> PadAssessment:
    return assess_attacks(protocol, ways)


def test_tight_crops_are_known_by_how_much_a_face_fills(protocol: PadProtocol) -> None:
    assert hold_crops(protocol, Finder(middle_of_padded))
    assert not hold_crops(protocol, Finder(lambda _image: [Box(10.0, 10.0, 40.0, 40.0)]))
    assert not hold_crops(protocol, Finder(lambda _image: []))


def test_in_a_crop_the_whole_image_is_the_face(protocol: PadProtocol) -> None:
    for image, box in locate_faces(protocol, Finder(middle_of_padded), _ignore):
        assert box == Box(0.0, 0.0, image.width, image.height)


def test_in_other_photos_the_detectors_box_is(protocol: PadProtocol) -> None:
    small = Box(30.0, 30.0, 60.0, 60.0)
    boxes = [box for _, box in locate_faces(protocol, Finder(lambda _image: [small]), _ignore)]
    assert boxes == [small] * len(protocol.presentations)


def test_photos_without_a_face_cannot_be_measured(protocol: PadProtocol) -> None:
    with pytest.raises(InvalidRequestError, match="no face was found"):
        collect_votes(protocol, PassiveDetector([Sharp()]), Finder(lambda _image: []), _ignore)


def test_without_a_network_there_is_nothing_to_measure(protocol: PadProtocol) -> None:
    with pytest.raises(InvalidRequestError, match="models pull minifas"):
        collect_votes(protocol, PassiveDetector([]), Finder(middle_of_padded), _ignore)


def test_every_vote_is_measured_alone_and_together(
    ways: dict[str, PadScores], assessment: PadAssessment
) -> None:
    assert list(ways)[-2:] == [PASSIVE, FITTED]
    assert "sharp" in ways
    assert [system.name for system in assessment.systems] == list(ways)
    assert assessment.attacks == {"screen": 2 * PER_SOURCE}
    assert assessment.bona_fide == 2 * PER_SOURCE


def test_what_tells_them_apart_has_fewer_errors_than_what_does_not(
    protocol: PadProtocol, ways: dict[str, PadScores]
) -> None:
    noise = np.random.default_rng(3).normal(size=len(protocol.presentations))
    told = assess_attacks(protocol, {"sharp": ways["sharp"], "noise": noise})
    sharp, guessing = (told.system(name) for name in ("sharp", "noise"))
    assert sharp is not None
    assert guessing is not None
    assert sharp.separation.equal_error_rate.value < guessing.separation.equal_error_rate.value
    assert sharp.chosen.worst.name == "screen"


def test_the_worst_species_governs_and_the_average_error_counts_it(
    protocol: PadProtocol,
) -> None:
    passed = np.where(protocol.bona_fide, 1.0, 0.0)
    species = np.array([shown.species or "" for shown in protocol.presentations])
    passed[np.flatnonzero(species == "screen")[:4]] = 1.0
    told = assess_attacks(protocol, {PASSIVE: passed})
    system = told.system(PASSIVE)
    assert system is not None
    assert system.shipped is not None
    worst = system.shipped.worst.apcer
    assert worst is not None
    assert worst.value == 4 / (2 * PER_SOURCE)
    assert system.shipped.average_error == pytest.approx(worst.value / 2)


def test_one_source_is_said_to_be_one(protocol: PadProtocol) -> None:
    one = PadProtocol(
        "one", "made up", protocol.folder,
        tuple(s for s in protocol.presentations if s.source == "astronaut"),
    )  # fmt: skip
    told = assess_attacks(one, {PASSIVE: np.arange(len(one.presentations)).astype(float)})
    assert told.system(PASSIVE) is not None
    assert all(system.unseen is None for system in told.systems)
    assert any("too good" in note for note in make_notes(told))
    assert not any("held out" in table.columns for table in make_tables(told))


def test_the_tables_have_as_many_words_as_columns(assessment: PadAssessment) -> None:
    tables = list(make_tables(assessment))
    assert len(tables) == 5
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
    words = {word for table in tables for row in table.rows for word in row}
    assert {"species screen", "source astronaut", "worst species"} <= words


def test_few_sources_are_said_to_be_few(assessment: PadAssessment) -> None:
    assert any("2 sources are few" in note for note in make_notes(assessment))


def test_the_report_is_a_page_with_plots_and_values(
    tmp_path: Path, protocol: PadProtocol, ways: dict[str, PadScores], assessment: PadAssessment
) -> None:
    written = write_attack_report(
        tmp_path / "report", protocol, ways, assessment, today=date(2026, 11, 21)
    )
    assert {path.name for path in written} == {
        "report.html", "report.json", "det.png", "scores.png",
    }  # fmt: skip
    values = json.loads((tmp_path / "report" / "report.json").read_text())
    assert values == json.loads(json.dumps(to_json(assessment)))
    assert values["systems"][-2]["shipped"]["worst_species"] == "screen"
