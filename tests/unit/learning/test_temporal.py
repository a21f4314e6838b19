from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mien.core.live.motion import features_of
from mien.core.live.sequence_model import Standard
from mien.inference.sequence_weights import read_sequence_model
from mien.learning.takes import GENUINE, Take
from mien.settings import Settings
from tests.unit.learning.test_takes import filmed

torch = pytest.importorskip("torch", reason="PyTorch is the extra `train`")

from mien.learning.temporal import (  # noqa: E402 they import PyTorch
    Assessment,
    Judged,
    Training,
    _in_numpy,
    _Network,
    _padded,
    assess,
    cut_sessions,
    is_worth_keeping,
    make_table,
    train,
)
from mien.learning.temporal_trained import keep_trained  # noqa: E402

SMALL = Training(epochs=6, width=8)
TAKES = [filmed(name, seed, for_s=6.0) for seed, name in enumerate("abcd")]


@pytest.fixture(autouse=True)
def few_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.learning.temporal._PARTS", 3)


def ignore(_done: int, _total: int) -> None:
    pass


def test_numpy_says_what_pytorch_says() -> None:
    torch.manual_seed(3)
    network, features = _Network(16), [features_of(take.readings) for take in TAKES]
    features.append(features[0][:24])
    standard = Standard.of(features)
    inputs, lengths = _padded([standard.inputs(session) for session in features])

    with torch.inference_mode():
        expected = network(inputs, lengths).numpy()
    model = _in_numpy(network, standard)

    found = [model.log_odds(session) for session in features]
    assert found == pytest.approx(expected, abs=1e-5)


def test_the_same_sessions_give_the_same_model() -> None:
    rng = np.random.default_rng(1)
    sessions = cut_sessions(TAKES[:2], rng, makes=True)[:20]

    first, second = train(sessions, SMALL), train(sessions, SMALL)

    assert np.array_equal(first.gates.state, second.gates.state)


def test_it_learns_to_tell_a_photo_from_a_person() -> None:
    """Which is the easiest there is: nothing moves."""
    sessions = cut_sessions(TAKES, np.random.default_rng(1), makes=True)
    easy = [take for take in sessions if take.species in {GENUINE, "still photo"}]
    model = train(easy, Training(epochs=40, width=8))

    scores = {
        kind: [model.score(features_of(t.readings)) for t in easy if t.species == kind]
        for kind in (GENUINE, "still photo")
    }
    assert np.median(scores[GENUINE]) > np.median(scores["still photo"]) + 0.2


def test_every_clip_is_judged_by_a_model_that_has_not_seen_it() -> None:
    progress: list[tuple[int, int]] = []
    tiny = Training(epochs=1, width=4)

    assessment = assess(TAKES[:3], tiny, lambda *step: progress.append(step), makes=True)

    assert progress[-1] == (3, 3)
    assert assessment.species[0] == GENUINE
    assert len(assessment.species) == 5
    assert assessment.count(GENUINE) == (3, 9)
    assert len(make_table(assessment).rows) == 5


def test_sessions_are_cut_out_of_one_clip_where_only_that_is_tried() -> None:
    sessions = cut_sessions(TAKES, np.random.default_rng(1), makes=True, only="b")

    assert {take.clip for take in sessions} == {"b"}


def test_filmed_attacks_are_cut_like_the_rest_and_none_are_made() -> None:
    mask = replace(TAKES[0], clip="mask/m", species="mask")

    sessions = cut_sessions([*TAKES, mask], np.random.default_rng(1), makes=False)

    assert {take.species for take in sessions} == {GENUINE, "mask"}


def judged(genuine: list[float], attacks: list[float], *, rules: bool = True) -> Assessment:
    return Assessment(
        [
            *(
                Judged(f"g{n}", GENUINE, score, passes_rules=True)
                for n, score in enumerate(genuine)
            ),
            *(
                Judged(f"a{n}", "mask", score, passes_rules=rules)
                for n, score in enumerate(attacks)
            ),
        ]
    )


def test_each_clip_is_held_against_the_threshold_of_the_others() -> None:
    one_is_odd = judged([0.1] + [0.9] * 30, [0.5, 0.95])

    assert one_is_odd.errors(GENUINE).value == pytest.approx(1 / 31)
    assert one_is_odd.errors("mask").value == 0.5
    assert one_is_odd.threshold == pytest.approx(0.9, abs=0.01)


def test_a_model_that_refuses_people_or_passes_attacks_is_not_worth_keeping() -> None:
    people = [0.9 + n / 1000 for n in range(40)]

    assert is_worth_keeping(judged(people, [0.1] * 10))
    assert not is_worth_keeping(judged(people, [0.95] * 10))
    assert is_worth_keeping(judged(people, [0.95] * 10, rules=False))
    assert not is_worth_keeping(judged([0.0] * 5 + people, [0.1] * 10))


def test_what_is_kept_is_found_at_the_next_start(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    takes: list[Take] = TAKES[:3]
    tiny = Training(epochs=1, width=4)
    assessment = assess(takes, tiny, ignore, makes=True)

    keep_trained("ours", settings, takes, assessment, tiny, makes=True)

    found = read_sequence_model(tmp_path / "models")
    assert found is not None
    assert found.threshold == pytest.approx(assessment.threshold)
    assert '"trained_on": "ours"' in (tmp_path / "models" / "temporal.npz.json").read_text()
