from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.errors import (
    InstallationError,
    ModelUnreachableError,
    StorageError,
    WeightsCorruptError,
)
from mien.inference import catalogue, download
from mien.inference.download import Patience
from mien.inference.model import Model
from mien.inference.pull import pull
from mien.inference.sources import SourceFolder, SourceState
from tests.model_server import (
    DATA,
    FILE,
    HURRIED,
    OTHER,
    SHA256,
    ModelServer,
    Served,
    assert_good,
    begin,
    fetch,
    model_of,
    part_of,
    serving,
)


class TestDownloading:
    def test_a_model_that_is_missing_is_fetched_and_noted(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        assert fetch(model, folder) == (model,)

        assert_good(folder, model)
        receipt = folder.receipt(model)
        assert receipt is not None
        assert (receipt.state, receipt.origin) == (SourceState.PULLED, server.url + FILE)

    def test_a_model_that_is_there_is_not_fetched_again(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        fetch(model, folder)

        assert fetch(model, folder) == ()
        assert len(server.asked) == 1

    def test_a_model_in_a_package_is_not_fetched(self, folder: SourceFolder) -> None:
        assert pull([catalogue.RESNET29], folder) == ()
        assert not folder.folder.exists()

    @pytest.mark.parametrize("damaged", [DATA[:-1], DATA + b"\0", OTHER, b""])
    def test_a_model_that_is_damaged_is_fetched_again(
        self, folder: SourceFolder, model: Model, damaged: bytes
    ) -> None:
        folder.folder.mkdir(parents=True)
        folder.path(model).write_bytes(damaged)

        assert fetch(model, folder) == (model,)
        assert_good(folder, model)

    def test_progress_goes_up_to_the_whole_file(self, folder: SourceFolder, model: Model) -> None:
        steps: list[tuple[str, int, int | None]] = []

        pull([model], folder, progress=lambda *step: steps.append((step[0].name, *step[1:])))

        assert {(name, total) for name, _, total in steps} == {("tiny", len(DATA))}
        done = [done for _, done, _ in steps]
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, len(DATA))

    def test_a_redirect_is_followed(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files["/elsewhere"] = server.files[FILE]
        server.files[FILE] = Served(redirect=f"{server.url}/elsewhere")
        begin(folder, model, DATA[:1000])

        fetch(model, folder)

        assert_good(folder, model)
        assert [asked.range for asked in server.asked] == ["bytes=1000-", "bytes=1000-"]

    @pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/tiny.onnx"])
    def test_a_redirect_leads_to_no_other_protocol(
        self, server: ModelServer, folder: SourceFolder, model: Model, target: str
    ) -> None:
        server.files[FILE] = Served(redirect=target)

        with pytest.raises(ModelUnreachableError):
            fetch(model, folder)

    @pytest.mark.parametrize("status", [403, 404, 410])
    def test_a_file_that_is_refused_is_unreachable_at_once(
        self, server: ModelServer, folder: SourceFolder, model: Model, status: int
    ) -> None:
        server.files[FILE].failures = [status]

        with pytest.raises(ModelUnreachableError, match=r"mien models import tiny\.onnx"):
            fetch(model, folder)
        assert len(server.asked) == 1
        assert list(folder.folder.iterdir()) == []

    def test_a_server_that_is_busy_is_asked_again(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].failures = [503, 429]

        fetch(model, folder)

        assert_good(folder, model)

    def test_a_server_that_stays_busy_is_given_up(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].failures = [503] * 9

        with pytest.raises(ModelUnreachableError, match="HTTP 503"):
            fetch(model, folder)
        assert len(server.asked) == HURRIED.attempts

    def test_nobody_listening_is_unreachable(self, folder: SourceFolder) -> None:
        with pytest.raises(ModelUnreachableError, match="MIEN_MODELS_MIRROR"):
            fetch(model_of(DATA, "http://127.0.0.1:9/tiny.onnx"), folder)

    def test_a_host_that_nobody_knows_is_given_up_at_once(self, folder: SourceFolder) -> None:
        with pytest.raises(ModelUnreachableError, match=r"nobody\.invalid"):
            pull([model_of(DATA, "https://nobody.invalid/tiny.onnx")], folder)

    def test_a_server_that_falls_silent_is_given_up(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].pause_s = 1.0

        with pytest.raises(ModelUnreachableError, match="timed out"):
            pull([model], folder, patience=Patience(timeout_s=0.2, attempts=1))

    def test_what_speaks_no_http_is_unreachable(self, folder: SourceFolder) -> None:
        with pytest.raises(ModelUnreachableError, match="unknown url type"):
            fetch(model_of(DATA, "ftp://127.0.0.1/tiny.onnx"), folder)

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path, model: Model) -> None:
        (tmp_path / "file").write_text("in the way")

        with pytest.raises(StorageError, match="cannot be used for the models"):
            fetch(model, SourceFolder(tmp_path / "file" / "sources"))


class TestResuming:
    def test_a_pull_that_is_cut_at_half_goes_on_from_there(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        half = len(DATA) // 2
        server.files[FILE].cuts = [half]

        fetch(model, folder)

        assert_good(folder, model)
        assert [asked.range for asked in server.asked] == [None, f"bytes={half}-"]
        assert server.sent == len(DATA)

    def test_what_came_before_giving_up_is_not_fetched_again(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].cuts = [100_000, 1000, 0]
        with pytest.raises(ModelUnreachableError, match="ended at 101,000 of 300,000 bytes"):
            fetch(model, folder)
        assert not folder.has(model)

        fetch(model, folder)

        assert_good(folder, model)
        assert server.asked[-1].range == "bytes=101000-"
        assert server.sent == len(DATA)

    def test_a_part_that_is_complete_is_not_asked_for(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        begin(folder, model, DATA)

        fetch(model, folder)

        assert_good(folder, model)
        assert server.asked == []

    def test_a_server_that_knows_no_ranges_starts_from_the_first_byte(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].ranges = False
        begin(folder, model, DATA[:1000])

        fetch(model, folder)

        assert_good(folder, model)
        assert server.sent == len(DATA)

    def test_another_range_than_the_one_asked_for_is_not_taken(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].starts_at = 500
        begin(folder, model, DATA[:1000])

        with pytest.raises(ModelUnreachableError, match="another part"):
            fetch(model, folder)
        assert part_of(folder, model).read_bytes() == DATA[:1000]

    @pytest.mark.parametrize("size_known", [True, False])
    @pytest.mark.parametrize("length", [1000, len(DATA), len(DATA) + 5])
    def test_a_part_of_another_file_is_thrown_away(
        self, server: ModelServer, folder: SourceFolder, length: int, *, size_known: bool
    ) -> None:
        model = model_of(DATA, server.url + FILE, size_known=size_known)
        begin(folder, model, (OTHER + OTHER)[:length])

        fetch(model, folder)

        assert_good(folder, model)
        assert server.asked[-1].range is None

    @settings(max_examples=40)
    @given(
        data=st.binary(min_size=1, max_size=400),
        begun=st.one_of(st.integers(0, 400), st.binary(max_size=500)),
        cuts=st.lists(st.integers(0, 400), max_size=4),
        ranges=st.booleans(),
        size_known=st.booleans(),
        length_told=st.booleans(),
    )
    def test_however_it_is_cut_the_file_is_whole_or_not_there(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        data: bytes,
        *,
        begun: int | bytes,
        cuts: list[int],
        ranges: bool,
        size_known: bool,
        length_told: bool,
    ) -> None:
        folder = SourceFolder(tmp_path_factory.mktemp("any") / "sources")
        with serving() as server:
            model = model_of(data, f"{server.url}/any.onnx", size_known=size_known)
            begin(folder, model, data[:begun] if isinstance(begun, int) else begun)
            server.files["/any.onnx"] = Served(
                data=data, cuts=cuts, ranges=ranges, announced=None if length_told else 0
            )
            try:
                fetch(model, folder)
            except InstallationError:
                assert not folder.has(model)
                server.files["/any.onnx"].cuts = []
                fetch(model, folder)
        assert folder.path(model).read_bytes() == data


class TestLies:
    def test_other_bytes_are_refused_and_not_kept(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].data = OTHER

        with pytest.raises(WeightsCorruptError, match=f"is not the file with SHA-256 {SHA256}"):
            fetch(model, folder)
        assert list(folder.folder.iterdir()) == []

    def test_other_bytes_do_not_replace_a_damaged_file(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].data = OTHER
        folder.folder.mkdir(parents=True)
        folder.path(model).write_bytes(DATA[:-1])

        with pytest.raises(WeightsCorruptError):
            fetch(model, folder)
        assert folder.path(model).read_bytes() == DATA[:-1]

    def test_a_page_instead_of_the_file_is_refused_before_it_is_read(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE].data = b"<html>please log in</html>"

        with pytest.raises(WeightsCorruptError, match="a page that stands before it"):
            fetch(model, folder)

    @pytest.mark.parametrize("size_known", [True, False])
    def test_a_length_below_the_truth_gives_no_file(
        self, server: ModelServer, folder: SourceFolder, *, size_known: bool
    ) -> None:
        server.files[FILE].announced = 1000

        with pytest.raises(WeightsCorruptError):
            fetch(model_of(DATA, server.url + FILE, size_known=size_known), folder)
        assert list(folder.folder.iterdir()) == []

    def test_a_length_above_the_truth_gives_no_file(
        self, server: ModelServer, folder: SourceFolder
    ) -> None:
        model = model_of(DATA, server.url + FILE, size_known=False)
        server.files[FILE] = Served(data=OTHER, announced=len(OTHER) + 1000, ranges=False)

        with pytest.raises(ModelUnreachableError, match="ended at 300,000 of 301,000"):
            fetch(model, folder)
        assert not folder.has(model)

    def test_a_file_that_does_not_end_is_cut_off(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        server.files[FILE] = Served(data=DATA + OTHER * 20, announced=0)

        with pytest.raises(WeightsCorruptError, match="goes on after 300,000 bytes"):
            fetch(model, folder)
        assert list(folder.folder.iterdir()) == []

    @pytest.mark.parametrize("announced", [None, 0])
    def test_a_file_of_unknown_size_has_a_limit(
        self,
        server: ModelServer,
        folder: SourceFolder,
        announced: int | None,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(download, "MAX_BYTES", 200_000)
        server.files[FILE].announced = announced

        with pytest.raises(WeightsCorruptError, match="200,000"):
            fetch(model_of(DATA, server.url + FILE, size_known=False), folder)
