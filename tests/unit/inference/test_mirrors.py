from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from mien.errors import (
    InvalidRequestError,
    ModelMissingError,
    ModelUnreachableError,
    StorageError,
    WeightsCorruptError,
)
from mien.inference.mirrors import FolderMirror, UrlMirror, parse_mirror
from mien.inference.model import Model
from mien.inference.sources import SourceFolder
from tests.model_server import (
    DATA,
    OTHER,
    ModelServer,
    Served,
    assert_good,
    fetch,
    model_of,
    serving,
)


class TestMirrors:
    @pytest.fixture
    def mirror(self, tmp_path: Path) -> Path:
        (tmp_path / "mirror").mkdir()
        return tmp_path / "mirror"

    @pytest.fixture
    def far(self) -> Model:
        """A model that only a mirror can give."""
        return model_of(DATA, "https://nobody.invalid/weights/tiny.onnx")

    @pytest.mark.parametrize("name", ["tiny-tiny.onnx", "tiny.onnx", "as_somebody_called_it.onnx"])
    def test_a_folder_gives_the_file_by_name_or_by_content(
        self, folder: SourceFolder, mirror: Path, far: Model, name: str
    ) -> None:
        (mirror / name).write_bytes(DATA)
        (mirror / "another.onnx").write_bytes(OTHER)

        assert fetch(far, folder, mirror=FolderMirror(mirror)) == (far,)

        assert_good(folder, far)
        receipt = folder.receipt(far)
        assert receipt is not None
        assert receipt.origin == str(mirror / name)

    @pytest.mark.parametrize("content", [DATA[:-1], OTHER, b""])
    def test_a_damaged_file_in_a_folder_is_refused(
        self, folder: SourceFolder, mirror: Path, far: Model, content: bytes
    ) -> None:
        (mirror / "tiny.onnx").write_bytes(content)

        with pytest.raises(WeightsCorruptError, match="copy it to the mirror again"):
            fetch(far, folder, mirror=FolderMirror(mirror))
        assert not folder.has(far)

    def test_a_folder_without_the_file_says_what_to_copy(
        self, folder: SourceFolder, mirror: Path, far: Model
    ) -> None:
        with pytest.raises(ModelMissingError, match=r"copy tiny\.onnx of tiny there"):
            fetch(far, folder, mirror=FolderMirror(mirror))

    def test_a_folder_that_is_not_there_is_named(self, folder: SourceFolder, far: Model) -> None:
        with pytest.raises(ModelMissingError, match="/not/mounted is not there"):
            fetch(far, folder, mirror=FolderMirror(Path("/not/mounted")))

    def test_a_copy_that_fails_leaves_nothing(
        self, folder: SourceFolder, mirror: Path, far: Model, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (mirror / "tiny.onnx").write_bytes(DATA)

        def fail(_descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", fail)

        with pytest.raises(StorageError, match="No space left"):
            fetch(far, folder, mirror=FolderMirror(mirror))
        assert list(folder.folder.iterdir()) == []

    @pytest.mark.parametrize("name", ["tiny-tiny.onnx", "tiny.onnx"])
    def test_a_server_gives_the_file_by_either_name(
        self, server: ModelServer, folder: SourceFolder, far: Model, name: str
    ) -> None:
        server.files = {f"/mirror/{name}": Served(data=DATA)}

        fetch(far, folder, mirror=UrlMirror(f"{server.url}/mirror/"))

        assert_good(folder, far)

    def test_with_a_mirror_the_web_is_not_asked(
        self, server: ModelServer, folder: SourceFolder, model: Model
    ) -> None:
        with pytest.raises(ModelUnreachableError, match="there is no"):
            fetch(model, folder, mirror=UrlMirror(f"{server.url}/mirror"))
        assert {asked.path for asked in server.asked} == {
            "/mirror/tiny-tiny.onnx",
            "/mirror/tiny.onnx",
        }

    def test_a_password_goes_to_the_mirror_and_nowhere_else(
        self, server: ModelServer, folder: SourceFolder, far: Model
    ) -> None:
        secret = server.url.replace("http://", "http://ada:s%40cret@")
        with serving() as other:
            other.files["/moved"] = Served(failures=[403])
            server.files["/tiny-tiny.onnx"] = Served(redirect=f"{other.url}/moved")

            with pytest.raises(ModelUnreachableError) as raised:
                fetch(far, folder, mirror=UrlMirror(secret))

            assert server.asked[0].authorization == "Basic YWRhOnNAY3JldA=="
            assert other.asked[0].authorization is None
        assert "cret" not in str(raised.value)
        server.files["/tiny-tiny.onnx"] = Served(data=DATA)
        fetch(far, folder, mirror=UrlMirror(secret))
        assert "cret" not in repr(folder.receipt(far))

    @pytest.mark.parametrize("url", ["http://mirror.example", "https://a:b@mirror.example:8443/m"])
    def test_a_url_is_a_server(self, url: str) -> None:
        assert parse_mirror(url) == UrlMirror(url)

    @pytest.mark.parametrize("path", ["/media/stick", "C:\\models", "models"])
    def test_a_path_is_a_folder(self, path: str) -> None:
        assert parse_mirror(path) == FolderMirror(Path(path))

    @pytest.mark.parametrize(
        "text", ["ftp://mirror.example", "file:///models", "https://", "http://mirror:port/"]
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidRequestError, match="a folder, or a URL"):
            parse_mirror(text)


def test_the_disk_of_a_mirror_is_not_searched_in_depth(tmp_path: Path) -> None:
    deep = tmp_path / "mirror" / "deep"
    deep.mkdir(parents=True)
    (deep / "tiny.onnx").write_bytes(DATA)
    model = model_of(DATA, "https://nobody.invalid/tiny.onnx")

    with pytest.raises(ModelMissingError):
        fetch(model, SourceFolder(tmp_path / "sources"), mirror=FolderMirror(tmp_path / "mirror"))
    shutil.copy(deep / "tiny.onnx", tmp_path / "mirror")
    fetch(model, SourceFolder(tmp_path / "sources"), mirror=FolderMirror(tmp_path / "mirror"))
