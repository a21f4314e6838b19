"""The standard pack at work, on real weights, and which pack a data folder gets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mien.bootstrap.application import Application
from mien.core.template import SubjectId
from mien.errors import ContractMismatchError
from mien.inference.packs import STANDARD
from mien.inference.weights import WeightStore
from mien.settings import Settings
from tests.golden.downloads import stock
from tests.integration.conftest import Server, running_server
from tests.support import new_file

Photos = dict[str, list[bytes]]


@pytest.fixture(scope="module")
def standard_models(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A data folder's models, with the standard pack's downloads among them; or skip."""
    folder = tmp_path_factory.mktemp("standard") / "data"
    shutil.copytree(models_dir, folder / "models")
    store = WeightStore.of(folder)
    stock(store.sources, STANDARD.weights())
    store.ensure(STANDARD.weights())
    return folder / "models"


@pytest.fixture(scope="module")
def standard_dir(tmp_path_factory: pytest.TempPathFactory, standard_models: Path) -> Path:
    """The data folder of `standard`."""
    folder = tmp_path_factory.mktemp("serving") / "data"
    shutil.copytree(standard_models, folder / "models")
    return folder


@pytest.fixture(scope="module")
def standard(standard_dir: Path, photos: Photos) -> Iterator[Server]:
    """A server on the standard pack, with both people enrolled by three photos."""
    with running_server(standard_dir, MIEN_PACK="standard") as server:
        for user_id, images in photos.items():
            answer = server.client.post(
                "/api/v1/register", data={"user_id": user_id}, files=_files(*images[:3])
            )
            assert answer.status_code == 200, answer.text
            assert answer.json()["valid_samples"] == 3
        yield server


def _files(*images: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    return [("images", (f"{n}.jpg", image, "image/jpeg")) for n, image in enumerate(images)]


def _authenticate(server: Server, user_id: str, image: bytes) -> dict[str, Any]:
    answer = server.client.post(
        "/api/v1/authenticate",
        data={"user_id": user_id},
        files={"image": ("probe.jpg", new_file(image), "image/jpeg")},
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    result: dict[str, Any] = answer.json()
    return result


class TestStandard:
    def test_the_same_person_is_accepted(self, standard: Server, photos: Photos) -> None:
        for user_id, images in photos.items():
            answer = _authenticate(standard, user_id, images[3])

            assert answer["authenticated"] is True
            assert answer["log10_likelihood_ratio"] > 2

    def test_the_other_person_is_refused(self, standard: Server, photos: Photos) -> None:
        answer = _authenticate(standard, "astronaut", photos["grace_hopper"][3])

        assert answer["authenticated"] is False
        assert answer["reason"] == "LOW_CONFIDENCE"
        assert answer["log10_likelihood_ratio"] < -1

    def test_similarities_name_both_models_and_what_is_decided_on(
        self, standard: Server, photos: Photos
    ) -> None:
        same = _authenticate(standard, "astronaut", photos["astronaut"][3])["similarities"]
        other = _authenticate(standard, "astronaut", photos["grace_hopper"][3])["similarities"]

        assert set(same) == set(other) == {"mobilefacenet", "resnet29", "fused"}
        for name in same:
            assert same[name] > other[name]
        assert same["mobilefacenet"] > 0.6
        assert other["mobilefacenet"] < 0.4

    def test_both_are_identified(self, standard: Server, photos: Photos) -> None:
        for user_id, images in photos.items():
            answer = standard.client.post(
                "/api/v1/identify",
                files={"image": ("probe.jpg", new_file(images[3]), "image/jpeg")},
            ).json()

            assert answer["found"] is True
            assert answer["matches"][0]["user_id"] == user_id

    def test_it_tells_which_pack_it_is_and_why(self, standard: Server) -> None:
        info = standard.client.get("/api/v1/system/info").json()

        assert info["pack"] == "standard"
        assert info["pack_reason"] == "MIEN_PACK=standard"
        assert info["target_fmr"] == pytest.approx(1e-4)
        assert set(info["expected_fnmr"]) == {f"{n} samples" for n in (1, 2, 3, 5)}
        assert info["users"] == 2


@contextmanager
def _building(data_dir: Path, pack: str = "auto") -> Iterator[Application]:
    application = Application.build(Settings(data_dir=data_dir, pack=pack), threads=1)
    try:
        yield application
    finally:
        application.close()


def _enroll(application: Application, photos: Photos) -> None:
    with application.unit_of_work("test") as work:
        for user_id, images in photos.items():
            application.enroll(work, SubjectId(user_id), images[:3])


def _is_accepted(application: Application, user_id: str, image: bytes) -> bool:
    with application.unit_of_work("test") as work:
        return application.authenticate(work, SubjectId(user_id), image).accepted


@pytest.fixture
def standard_copy(tmp_path: Path, standard_models: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(standard_models, folder / "models")
    return folder


class TestAuto:
    def test_an_empty_folder_with_the_files_gets_standard(self, standard_copy: Path) -> None:
        with _building(standard_copy) as application:
            choice = application.recognition.choice

            assert choice.pack == STANDARD
            assert choice.reason == "its files are there"

    def test_a_gallery_of_standard_keeps_it(self, standard_copy: Path, photos: Photos) -> None:
        with _building(standard_copy, "standard") as application:
            _enroll(application, photos)

        with _building(standard_copy) as application:
            choice = application.recognition.choice
            assert choice.pack == STANDARD
            assert choice.reason == "the gallery was made with it"
            assert _is_accepted(application, "astronaut", photos["astronaut"][3])
            assert not _is_accepted(application, "astronaut", photos["grace_hopper"][3])

    def test_a_gallery_of_builtin_keeps_it_when_better_files_arrive(
        self, data_dir: Path, standard_models: Path, photos: Photos
    ) -> None:
        with _building(data_dir) as application:
            assert application.recognition.choice.pack.name == "builtin"
            assert "mien models pull standard" in application.recognition.choice.reason
            _enroll(application, photos)

        shutil.copytree(standard_models, data_dir / "models", dirs_exist_ok=True)

        with _building(data_dir) as application:
            choice = application.recognition.choice
            assert choice.pack.name == "builtin"
            assert choice.reason == "the gallery was made with it"
            assert _is_accepted(application, "astronaut", photos["astronaut"][3])

    def test_a_gallery_is_never_compared_with_another_packs_faces(
        self, standard_copy: Path, photos: Photos
    ) -> None:
        with _building(standard_copy, "builtin") as application:
            _enroll(application, photos)

        with pytest.raises(ContractMismatchError), _building(standard_copy, "standard"):
            pass

    def test_a_gallery_that_is_emptied_is_free_to_get_better(
        self, data_dir: Path, standard_models: Path, photos: Photos
    ) -> None:
        with _building(data_dir) as application:
            _enroll(application, photos)
            with application.unit_of_work("test") as work:
                for user_id in photos:
                    work.subjects.remove(SubjectId(user_id))
        shutil.copytree(standard_models, data_dir / "models", dirs_exist_ok=True)

        with _building(data_dir) as application:
            assert application.recognition.choice.pack == STANDARD
