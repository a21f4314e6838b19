"""Training against presentation attacks, with a tiny network on made-up faces."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mien.core.geometry import Box
from mien.core.image import Image
from mien.errors import InvalidRequestError, StorageError
from mien.evaluation.pad.assess import PASSIVE, assess_attacks
from mien.evaluation.pad.protocol import PadProtocol, read_protocol
from mien.evaluation.pad.scores import PadVotes
from mien.inference.antispoof.load import TRAINED_FILE, load_passive, receipt_of, trained_on
from mien.inference.antispoof.trained import NAME, SIDE_PX
from mien.inference.runtime import Session
from mien.inference.weights import WeightStore
from tests.unit.evaluation.pad.pad_folder import Finder, middle_of_padded, write_collection

torch = pytest.importorskip("torch", reason="PyTorch is the extra `train`")

from mien.learning.liveness import (  # noqa: E402 they import PyTorch
    Training,
    judge,
    judge_held_out,
    to_onnx,
    train_network,
)
from mien.learning.liveness_samples import LivenessSamples, collect_samples, vary  # noqa: E402
from mien.learning.liveness_trained import (  # noqa: E402
    JOINED,
    assess_trained,
    is_worth_keeping,
    join,
    keep_trained,
)
from mien.learning.residual import RESNET18, NetworkShape, ResNet  # noqa: E402

TINY = Training(epochs=6, shape=NetworkShape((8, 16), (1, 1)), threads=1)


def _ignore(_done: int, _total: int) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> PadProtocol:
    protocol = read_protocol(write_collection(tmp_path_factory.mktemp("pad")))
    assert protocol is not None
    return protocol


@pytest.fixture(scope="module")
def samples(protocol: PadProtocol) -> LivenessSamples:
    return collect_samples(protocol, Finder(middle_of_padded), _ignore)


@pytest.fixture(scope="module")
def network(samples: LivenessSamples) -> ResNet:
    return train_network(samples, TINY, _ignore)


def test_samples_are_faces_with_their_kind_and_source(
    protocol: PadProtocol, samples: LivenessSamples
) -> None:
    assert samples.crops.shape == (len(protocol.presentations), SIDE_PX, SIDE_PX, 3)
    assert samples.alive.tolist() == protocol.bona_fide.tolist()
    assert set(samples.sources) == {"astronaut", "grace_hopper"}


def test_too_few_faces_are_refused(protocol: PadProtocol) -> None:
    with pytest.raises(InvalidRequestError, match="at least 8 of each"):
        collect_samples(protocol, Finder(lambda _image: []), _ignore)


def test_another_take_has_the_same_size_and_other_pixels(samples: LivenessSamples) -> None:
    rng = np.random.default_rng(1)
    takes = [vary(samples.crops[0], rng) for _ in range(5)]
    assert all(take.shape == samples.crops[0].shape for take in takes)
    assert all(take.dtype == np.uint8 for take in takes)
    assert not np.array_equal(takes[0], takes[1])
    # Colors keep their order: the means of red, green and blue stay near the face's own.
    means = np.mean([take.mean(axis=(0, 1)) for take in takes], axis=0)
    assert np.abs(means / samples.crops[0].mean(axis=(0, 1)) - 1).max() < 0.35


def test_what_is_taught_is_learned(samples: LivenessSamples) -> None:
    network = train_network(samples, replace(TINY, epochs=60), _ignore)
    odds = judge(network, samples.crops)
    assert odds[samples.alive].mean() > odds[~samples.alive].mean() + 0.5


def test_the_same_samples_give_the_same_network(samples: LivenessSamples, network: ResNet) -> None:
    again = train_network(samples, TINY, _ignore)
    np.testing.assert_array_equal(judge(again, samples.crops), judge(network, samples.crops))


@pytest.mark.parametrize("shape", [TINY.shape, RESNET18])
def test_the_onnx_file_says_what_pytorch_says(
    tmp_path: Path, samples: LivenessSamples, shape: NetworkShape
) -> None:
    torch.manual_seed(3)
    network = ResNet(shape)
    network.train()
    with torch.no_grad():  # so that the normalizations' statistics are not their first ones
        network(torch.from_numpy(samples.crops[:8].transpose(0, 3, 1, 2).copy()).float())
    path = tmp_path / "network.onnx"
    path.write_bytes(to_onnx(network, SIDE_PX).SerializeToString())
    found = Session(path, threads=1).run(samples.crops[:5])
    assert found.shape == (5, 1)
    np.testing.assert_allclose(found[:, 0], judge(network, samples.crops[:5]), atol=1e-4)


def test_resnet_18_has_the_papers_size() -> None:
    assert sum(p.numel() for p in ResNet(RESNET18).parameters()) == 11_177_025
    assert len(ResNet(RESNET18).blocks) == 8


def test_every_source_is_judged_by_a_network_that_has_not_seen_it(
    protocol: PadProtocol, samples: LivenessSamples
) -> None:
    seen: list[int] = []
    scores = judge_held_out(protocol, samples, TINY, lambda done, total: seen.append(total - done))
    assert np.isfinite(scores).all()
    assert seen[-1] == 0
    held_out = samples.sources == "astronaut"
    taught = LivenessSamples(
        samples.crops[~held_out],
        samples.alive[~held_out],
        samples.places[~held_out],
        samples.sources[~held_out],
    )
    alone = judge(train_network(taught, TINY, _ignore), samples.crops[held_out])
    np.testing.assert_array_equal(scores[samples.places[held_out]], alone)


def test_without_a_second_source_nothing_is_judged(
    protocol: PadProtocol, samples: LivenessSamples
) -> None:
    one = samples.sources == "astronaut"
    alone = LivenessSamples(
        samples.crops[one], samples.alive[one], samples.places[one], samples.sources[one]
    )
    assert np.isnan(judge_held_out(protocol, alone, TINY, _ignore)).all()


def test_a_vote_more_moves_the_score_and_cannot_make_one() -> None:
    scores = np.array([0.5, 0.5, 0.0, np.nan])
    joined = join(scores, np.array([1.0, -99.0, 4.0, 4.0]))
    assert joined[0] == pytest.approx(2 / 3)
    assert joined[1] == pytest.approx(1 / 17)
    assert joined[2] == 0
    assert np.isnan(joined[3])


def test_the_network_is_measured_beside_what_is_there_already(
    protocol: PadProtocol, samples: LivenessSamples
) -> None:
    blind = np.full(len(protocol.presentations), 0.5)
    told = assess_trained(protocol, samples, PadVotes(blind, {"blind": blind}), TINY, _ignore)
    assert {system.name for system in told.systems} >= {"blind", PASSIVE, NAME, JOINED}
    alone = assess_trained(protocol, samples, None, TINY, _ignore)
    assert [system.name for system in alone.systems] == [NAME]
    assert is_worth_keeping(alone)


def test_what_makes_it_worse_is_not_worth_keeping(protocol: PadProtocol) -> None:
    right = np.where(protocol.bona_fide, 0.9, 0.1)
    told = assess_attacks(protocol, {PASSIVE: right, JOINED: 1 - right})
    assert not is_worth_keeping(told)
    assert is_worth_keeping(assess_attacks(protocol, {PASSIVE: 1 - right, JOINED: right}))


def test_a_kept_network_votes_and_its_receipt_says_where_it_comes_from(
    tmp_path: Path, protocol: PadProtocol, samples: LivenessSamples, network: ResNet
) -> None:
    told = assess_trained(protocol, samples, None, TINY, _ignore)
    store = WeightStore.of(tmp_path)
    path = keep_trained(store.folder, network, told, today=date(2026, 11, 21))
    assert path == store.folder / TRAINED_FILE
    receipt = json.loads(receipt_of(path).read_text())
    assert receipt["sources"] == ["astronaut", "grace_hopper"]
    assert receipt["date"] == "2026-11-21"
    assert 0 <= receipt["on_sources_unseen"][NAME]["equal_error_rate"]["value"] <= 1
    assert trained_on(store.folder) == protocol.name
    face = samples.crops[0]
    check = load_passive(store, threads=1).assess(
        Image(face), Box(0.0, 0.0, float(SIDE_PX), float(SIDE_PX))
    )
    expected = float(np.clip(judge(network, face[None])[0], -4, 4))
    assert check.parts[NAME] == pytest.approx(expected, abs=1e-3)


def test_a_folder_that_cannot_be_written_is_said_to_be(
    tmp_path: Path, protocol: PadProtocol, network: ResNet
) -> None:
    (tmp_path / "file").write_bytes(b"")
    told = assess_attacks(protocol, {NAME: np.where(protocol.bona_fide, 1.0, 0.0)})
    with pytest.raises(StorageError):
        keep_trained(tmp_path / "file" / "models", network, told, today=date(2026, 11, 21))
    assert trained_on(tmp_path / "file") is None
