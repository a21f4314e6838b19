from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from mien.errors import (
    InvalidRequestError,
    LicenseNotAcceptedError,
    ModelUnreachableError,
    ModelUntrustedError,
    WeightsCorruptError,
)
from mien.inference.model import INSIGHTFACE, Download, Model
from mien.inference.pull import Terms, models_named, pull, try_pull
from mien.inference.sources import SourceFolder
from tests.model_server import (
    DATA,
    FILE,
    OTHER,
    SHA256,
    ModelServer,
    assert_good,
    fetch,
    model_of,
    part_of,
)


class TestTerms:
    @pytest.fixture
    def research(self, server: ModelServer) -> Model:
        return model_of(DATA, server.url + FILE, license_=INSIGHTFACE)

    def test_weights_that_are_not_for_business_are_refused_before_anything_is_fetched(
        self, server: ModelServer, folder: SourceFolder, model: Model, research: Model
    ) -> None:
        with pytest.raises(LicenseNotAcceptedError) as raised:
            pull([model, research], folder)

        assert "tiny is under InsightFace-non-commercial" in str(raised.value)
        assert "--accept-license InsightFace-non-commercial" in str(raised.value)
        assert server.asked == []

    def test_accepting_another_license_is_not_enough(
        self, folder: SourceFolder, research: Model
    ) -> None:
        with pytest.raises(LicenseNotAcceptedError):
            fetch(research, folder, terms=Terms(licenses=["insightface-non-commercial", "MIT"]))

    def test_a_license_that_is_accepted_by_name_is_noted(
        self, folder: SourceFolder, research: Model
    ) -> None:
        fetch(research, folder, terms=Terms(licenses=[INSIGHTFACE.name]))

        assert_good(folder, research)
        receipt = folder.receipt(research)
        assert receipt is not None
        assert receipt.accepted_license == INSIGHTFACE.name

    @pytest.fixture
    def unpublished(self, server: ModelServer) -> Model:
        return model_of(DATA, server.url + FILE, hash_known=False, size_known=False)

    def test_a_model_that_nobody_vouches_for_is_not_fetched(
        self, server: ModelServer, folder: SourceFolder, unpublished: Model
    ) -> None:
        with pytest.raises(ModelUntrustedError, match="mien models pull tiny --sha256 HASH"):
            fetch(unpublished, folder)
        assert server.asked == []

    def test_the_hash_that_the_operator_vouches_for_is_kept(
        self, folder: SourceFolder, unpublished: Model
    ) -> None:
        fetch(unpublished, folder, terms=Terms(hashes={"tiny": SHA256}))
        assert_good(folder, unpublished)

        folder.path(unpublished).write_bytes(OTHER)
        with pytest.raises(WeightsCorruptError):
            folder.read(unpublished)
        fetch(unpublished, folder)
        assert_good(folder, unpublished)

    def test_a_file_with_another_hash_than_the_operators_is_refused(
        self, folder: SourceFolder, unpublished: Model
    ) -> None:
        with pytest.raises(WeightsCorruptError):
            fetch(unpublished, folder, terms=Terms(hashes={"tiny": "0" * 64}))
        assert list(folder.folder.iterdir()) == []

    def test_vouching_for_a_file_that_lies_there_fetches_nothing(
        self, server: ModelServer, folder: SourceFolder, unpublished: Model
    ) -> None:
        folder.folder.mkdir(parents=True)
        folder.path(unpublished).write_bytes(DATA)

        fetch(unpublished, folder, terms=Terms(hashes={"tiny": SHA256}))

        assert_good(folder, unpublished)
        assert server.asked == []

    def test_nobody_can_vouch_against_a_published_hash(
        self, folder: SourceFolder, model: Model
    ) -> None:
        with pytest.raises(InvalidRequestError, match="has the published SHA-256"):
            fetch(model, folder, terms=Terms(hashes={"tiny": "0" * 64}))


class TestProcesses:
    PROGRAM = (
        "import sys; from pathlib import Path; from mien.inference.pull import pull; "
        "from mien.inference.sources import SourceFolder; from tests.model_server import model_of; "
        "data = Path(sys.argv[1]).read_bytes(); "
        "pull([model_of(data, sys.argv[2])], SourceFolder(Path(sys.argv[3])))"
    )

    @pytest.fixture
    def pulling(self, tmp_path: Path, folder: SourceFolder, model: Model) -> list[str]:
        """The command of a process that pulls the model."""
        (tmp_path / "expected").write_bytes(DATA)
        assert isinstance(model.source, Download)
        return [
            *(sys.executable, "-c", self.PROGRAM, str(tmp_path / "expected")),
            *(model.source.url, str(folder.folder)),
        ]

    @staticmethod
    def start(command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=Path(__file__).parents[3])

    def test_two_that_pull_at_once_end_with_one_good_file(
        self, server: ModelServer, folder: SourceFolder, model: Model, pulling: list[str]
    ) -> None:
        server.files[FILE].pause_s = 0.05

        racers = [self.start(pulling) for _ in range(2)]

        assert [racer.wait(timeout=60) for racer in racers] == [0, 0]
        assert_good(folder, model)
        assert server.sent == len(DATA)

    def test_one_that_is_killed_at_half_is_gone_on_from(
        self, server: ModelServer, folder: SourceFolder, model: Model, pulling: list[str]
    ) -> None:
        server.files[FILE].pause_s = 0.1
        victim = self.start(pulling)
        part = part_of(folder, model)
        while not part.is_file() or part.stat().st_size < len(DATA) // 2:
            assert victim.poll() is None
            time.sleep(0.01)
        victim.kill()
        victim.wait()
        assert not folder.has(model)
        came = part.stat().st_size
        server.files[FILE].pause_s = 0.0

        fetch(model, folder)

        assert_good(folder, model)
        assert server.asked[-1].range == f"bytes={came}-"
        assert server.asked[-1].sent == len(DATA) - came

    def test_who_waits_sees_how_far_the_other_is(
        self, server: ModelServer, folder: SourceFolder, model: Model, pulling: list[str]
    ) -> None:
        server.files[FILE].pause_s = 0.05
        other = self.start(pulling)
        while not part_of(folder, model).is_file():
            time.sleep(0.01)
        steps: list[int] = []

        pull([model], folder, progress=lambda _model, done, _total: steps.append(done))

        assert other.wait(timeout=60) == 0
        assert any(0 < done < len(DATA) for done in steps)
        assert len(server.asked) == 1


class TestTimeLimit:
    def test_everything_in_time_is_no_error(self, folder: SourceFolder, model: Model) -> None:
        assert try_pull([model], folder, time_limit_s=30) is None
        assert_good(folder, model)

    @pytest.mark.parametrize("pause_s", [0.3, 30.0])
    def test_what_is_slow_is_left_for_the_next_time(
        self, server: ModelServer, folder: SourceFolder, model: Model, pause_s: float
    ) -> None:
        server.files[FILE].pause_s = pause_s
        started = time.monotonic()

        error = try_pull([model], folder, time_limit_s=1.0)

        assert isinstance(error, ModelUnreachableError)
        assert time.monotonic() - started < 3
        server.files[FILE].pause_s = 0.0
        assert try_pull([model], folder, time_limit_s=30) is None
        assert_good(folder, model)
        assert server.asked[-1].range is not None

    def test_a_copy_that_another_process_is_slow_to_make_is_not_waited_for(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].pause_s = 0.3
        first = try_pull([model], folder, time_limit_s=0.5)
        second = try_pull([model], folder, time_limit_s=0.5)

        assert isinstance(first, ModelUnreachableError)
        assert isinstance(second, ModelUnreachableError)

    def test_the_error_is_returned(self, folder: SourceFolder) -> None:
        nowhere = model_of(DATA, "https://nobody.invalid/tiny.onnx")

        assert isinstance(try_pull([nowhere], folder, time_limit_s=5), ModelUnreachableError)

    def test_a_mistake_in_the_call_is_raised(self, folder: SourceFolder, model: Model) -> None:
        def fail(*_step: object) -> None:
            raise RuntimeError("a bug")

        with pytest.raises(RuntimeError, match="a bug"):
            try_pull([model], folder, time_limit_s=30, progress=fail)


class TestNames:
    def test_a_pack_stands_for_its_models_each_once(self) -> None:
        names = [model.name for model in models_named(["standard", "yunet", "scrfd"])]

        assert names.count("yunet") == 1
        assert {"yunet", "mobilefacenet", "scrfd"} <= set(names)

    def test_a_name_that_nobody_has_is_refused(self) -> None:
        with pytest.raises(InvalidRequestError, match="there is no model 'nothing'"):
            models_named(["standard", "nothing"])
