"""Training the network that reads expressions, with a tiny one on made-up faces."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from mien.errors import StorageError
from mien.evaluation.expression.assess import assess_expressions
from mien.evaluation.expression.ferplus import FerPlus
from mien.inference.runtime import Session
from tests.unit.evaluation.expression.small_ferplus import HAPPY, SAD, make_faces

torch = pytest.importorskip("torch", reason="PyTorch is the extra `train`")

from mien.learning.expression import (  # noqa: E402 they import PyTorch
    SHAPE,
    Training,
    judge,
    to_onnx,
    train_network,
)
from mien.learning.expression_card import (  # noqa: E402
    CARD_FILE,
    NETWORK_FILE,
    Made,
    write_card,
    write_network,
)
from mien.learning.residual import NetworkShape, ResNet  # noqa: E402

SMALL = NetworkShape((8, 16), (1, 1), colors=1, outputs=8, stem_px=3, pools=False, dropout=0.1)
TINY = Training(epochs=80, batch=8, shape=SMALL, threads=1)


def _ignore(_done: int, _total: int) -> None:
    """Report nothing."""


@pytest.fixture(scope="module")
def faces() -> FerPlus:
    return make_faces(120)


@pytest.fixture(scope="module")
def network(faces: FerPlus) -> ResNet:
    return train_network(faces, TINY, _ignore)


def test_it_learns_what_people_say(network: ResNet) -> None:
    unseen = make_faces(40, seed=8)
    assert (judge(network, unseen.images).argmax(axis=1) == unseen.majority).all()


def test_the_same_faces_give_the_same_network(faces: FerPlus, network: ResNet) -> None:
    again = train_network(faces, TINY, _ignore)
    assert all(
        torch.equal(one, other)
        for one, other in zip(network.parameters(), again.parameters(), strict=True)
    )


def test_progress_ends_with_the_last_step(faces: FerPlus) -> None:
    steps: list[tuple[int, int]] = []
    train_network(faces, replace(TINY, epochs=2), lambda done, total: steps.append((done, total)))
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1))


def test_the_graph_says_what_the_network_says(tmp_path: Path, network: ResNet) -> None:
    file = write_network(tmp_path, to_onnx(network))
    images = make_faces(9, seed=9).images
    logits = torch.from_numpy(judge(network, images))
    wanted = torch.softmax(logits, dim=1).numpy()
    given = Session(file, threads=1).run(np.repeat(images[..., None], 3, axis=3))
    assert np.abs(given - wanted).max() < 2e-3  # the file's weights have 16 bits
    assert given.sum(axis=1) == pytest.approx(np.ones(9), abs=1e-5)


def test_light_and_contrast_do_not_change_an_answer(network: ResNet) -> None:
    images = make_faces(9, seed=9).images
    dim = (images * 0.5 + 20).astype(np.uint8)
    assert (judge(network, dim).argmax(axis=1) == judge(network, images).argmax(axis=1)).all()


def test_the_shipped_network_takes_no_more_than_two_megabytes() -> None:
    torch.manual_seed(1)
    assert len(to_onnx(ResNet(SHAPE).eval()).SerializeToString()) <= 2_000_000


def test_the_card_tells_what_was_measured(tmp_path: Path, network: ResNet) -> None:
    held_out = make_faces(20, seed=10)
    file = write_network(tmp_path, to_onnx(network))
    session = Session(file, threads=1)
    assessment = assess_expressions("small", held_out, session.run, None, _ignore)
    made = Made(TINY, 1234, 120, 61.0, date(2026, 11, 21))
    card = write_card(file, made, assessment)
    text = card.read_text("utf-8")
    assert (file.name, card.name) == (NETWORK_FILE, CARD_FILE)
    for words in ("1,234 parameters", "120 faces", "1 minutes on 1 threads", "must not be used"):
        assert words in text
    assert "| majority | 20 | 100.00 (" in text


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path, network: ResNet) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        write_network(blocked / "folder", to_onnx(network))


def test_faces_are_taught_with_all_that_people_say(faces: FerPlus) -> None:
    doubtful = FerPlus(faces.images, faces.votes.copy())
    doubtful.votes[:, 0] = 6
    doubtful.votes[:, [HAPPY, SAD]] *= 4
    doubtful.votes[:, [HAPPY, SAD]] //= 9
    network = train_network(doubtful, TINY, _ignore)
    shares = torch.softmax(torch.from_numpy(judge(network, faces.images)), dim=1).numpy()
    assert (shares[:, 0] > 0.3).all()
