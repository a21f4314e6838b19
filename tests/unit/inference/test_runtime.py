from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mien.errors import WeightsCorruptError
from mien.inference.runtime import Session


@pytest.fixture(scope="module")
def session(models: Mapping[str, Path]) -> Session:
    return Session(models["mmod"], threads=1)


@pytest.mark.parametrize("data", [None, b"", b"this is no model"])
def test_a_file_that_is_no_model_says_what_to_do(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "model.onnx"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(WeightsCorruptError, match=r"model\.onnx cannot be loaded: delete it"):
        Session(path, threads=1)


def test_a_view_gives_the_same_as_its_copy(session: Session) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (1, 90, 120, 3), dtype=np.uint8)
    mirrored = pixels[:, :, ::-1]

    np.testing.assert_array_equal(session.run(mirrored), session.run(mirrored.copy()))


def test_threads_that_share_a_session_do_not_disturb_each_other(session: Session) -> None:
    rng = np.random.default_rng(2)
    inputs = [rng.integers(0, 256, (1, 80 + 8 * n, 100, 3), dtype=np.uint8) for n in range(8)]
    alone = [session.run(pixels) for pixels in inputs]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(session.run, inputs * 4))

    for expected, found in zip(alone * 4, together, strict=True):
        np.testing.assert_array_equal(found, expected)
