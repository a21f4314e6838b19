"""The main job over HTTP: enroll, authenticate, identify, list, history, erase."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.integration.conftest import Server
from tests.support import new_file

Photos = dict[str, list[bytes]]


def files(name: str, *images: bytes) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Send each photo in bytes of its own: the same bytes are a replay."""
    return [(name, (f"{i}.jpg", new_file(image), "image/jpeg")) for i, image in enumerate(images)]


def enroll(server: Server, user_id: str, *images: bytes) -> httpx.Response:
    return server.client.post(
        "/api/v1/register", data={"user_id": user_id}, files=files("images", *images)
    )


def authenticate(server: Server, user_id: str, image: bytes) -> dict[str, Any]:
    answer = server.client.post(
        "/api/v1/authenticate", data={"user_id": user_id}, files=files("image", image)
    )
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


@pytest.fixture(scope="module")
def enrolled(server: Server, photos: Photos) -> Server:
    for user_id, images in photos.items():
        assert enroll(server, user_id, *images[:3]).status_code == 200
    return server


def test_enrollment_reports_every_sample(server: Server, photos: Photos) -> None:
    answer = enroll(server, "reported", *photos["astronaut"][:2]).json()
    assert answer["success"] is True
    assert answer["samples_processed"] == answer["valid_samples"] == 2
    assert 0 < answer["avg_quality_score"] <= 1
    assert answer["avg_liveness_score"] is None
    assert [sample["accepted"] for sample in answer["samples"]] == [True, True]
    server.client.delete("/api/v1/users/reported")


def test_the_genuine_fourth_photo_is_accepted(enrolled: Server, photos: Photos) -> None:
    for user_id, images in photos.items():
        answer = authenticate(enrolled, user_id, images[3])
        assert answer["authenticated"] is True
        assert answer["reason"] == "MATCH"
        assert answer["confidence"] >= answer["threshold"] == pytest.approx(0.999)
        assert answer["similarities"]["fused"] > 0.9
        assert answer["similarities"]["resnet29"] == pytest.approx(answer["similarities"]["fused"])
        assert answer["log10_likelihood_ratio"] > 1


def test_the_other_person_is_refused(enrolled: Server, photos: Photos) -> None:
    answer = authenticate(enrolled, "astronaut", photos["grace_hopper"][3])
    assert answer["authenticated"] is False
    assert answer["reason"] == "LOW_CONFIDENCE"
    assert answer["confidence"] < answer["threshold"]
    assert answer["log10_likelihood_ratio"] < 0
    assert answer["extrapolated"] is False


def test_an_unknown_subject_is_refused_without_an_error(enrolled: Server, photos: Photos) -> None:
    answer = authenticate(enrolled, "nobody", photos["astronaut"][3])
    assert answer["authenticated"] is False
    assert answer["reason"] == "UNKNOWN_SUBJECT"


def test_both_are_identified(enrolled: Server, photos: Photos) -> None:
    for user_id, images in photos.items():
        answer = enrolled.client.post(
            "/api/v1/identify", data={"top_k": "2"}, files=files("image", images[3])
        ).json()
        assert answer["found"] is True
        assert answer["matches"][0]["user_id"] == user_id
        assert [match["accepted"] for match in answer["matches"]] == [True, False]
        assert answer["total_users_checked"] == 2


def test_a_second_enrollment_of_a_subject_is_refused(enrolled: Server, photos: Photos) -> None:
    answer = enroll(enrolled, "astronaut", photos["astronaut"][0])
    assert answer.status_code == 409
    assert answer.json()["code"] == "ALREADY_ENROLLED"


def test_a_duplicate_under_another_name_is_reported(enrolled: Server, photos: Photos) -> None:
    answer = enroll(enrolled, "impostor", *photos["astronaut"][:3]).json()
    assert answer["possible_duplicates"] == ["astronaut"]
    enrolled.client.delete("/api/v1/users/impostor")


def test_samples_of_different_people_are_rejected_together(server: Server, photos: Photos) -> None:
    answer = enroll(server, "mixed", photos["astronaut"][0], photos["grace_hopper"][0])
    assert answer.status_code == 422
    assert answer.json()["code"] == "ENROLLMENT_REJECTED"
    assert answer.json()["sample_reasons"] == ["SAMPLES_DISAGREE", "SAMPLES_DISAGREE"]
    assert server.client.get("/api/v1/users/mixed").status_code == 404


def test_an_unusable_sample_is_left_out_and_named(server: Server, photos: Photos) -> None:
    answer = enroll(server, "partly", photos["astronaut"][0], b"not an image").json()
    assert answer["valid_samples"] == 1
    assert answer["samples"][1]["reason"] == "IMAGE_UNREADABLE"
    server.client.delete("/api/v1/users/partly")


def test_history_is_newest_first(enrolled: Server, photos: Photos) -> None:
    authenticate(enrolled, "grace_hopper", photos["astronaut"][3])
    authenticate(enrolled, "grace_hopper", photos["grace_hopper"][3])
    answer = enrolled.client.get("/api/v1/users/grace_hopper/history", params={"limit": 2}).json()
    assert [attempt["accepted"] for attempt in answer["history"]] == [True, False]


def test_subjects_are_listed_and_shown(enrolled: Server) -> None:
    page = enrolled.client.get("/api/v1/users").json()
    assert [user["user_id"] for user in page["users"]] == ["astronaut", "grace_hopper"]
    assert page["total"] == 2
    shown = enrolled.client.get("/api/v1/users/astronaut").json()
    assert shown["templates"] == 3


def test_an_erased_subject_is_gone_at_once(server: Server, photos: Photos) -> None:
    enroll(server, "brief", photos["grace_hopper"][0])
    assert server.client.delete("/api/v1/users/brief").json()["success"] is True
    assert server.client.delete("/api/v1/users/brief").status_code == 404
    assert authenticate(server, "brief", photos["grace_hopper"][0])["authenticated"] is False


@pytest.mark.parametrize(
    ("path", "query", "fields", "image_field"),
    [
        ("/enroll", {}, {"user_id": "short"}, "image"),
        ("/register", {"user_id": "short"}, {}, "file"),
        ("/register", {}, {"username": "short"}, "images"),
    ],
)
def test_the_older_systems_enrollment_requests_work(
    server: Server,
    photos: Photos,
    path: str,
    query: dict[str, str],
    fields: dict[str, str],
    image_field: str,
) -> None:
    photo = photos["astronaut"][0]
    answer = server.client.post(path, params=query, data=fields, files=files(image_field, photo))
    assert answer.json()["user_id"] == "short"
    erased = server.client.post("/api/v1/delete_user", params={"user_id": "short"})
    assert erased.json()["success"] is True


@pytest.mark.parametrize(
    ("path", "query", "fields", "image_field"),
    [
        ("/authenticate", {}, {"user_id": "astronaut"}, "image"),
        ("/verify", {"user_id": "astronaut"}, {}, "file"),
        ("/verify", {}, {"mode": "auth", "username": "astronaut"}, "image"),
    ],
)
def test_the_older_systems_authentication_requests_work(
    enrolled: Server,
    photos: Photos,
    path: str,
    query: dict[str, str],
    fields: dict[str, str],
    image_field: str,
) -> None:
    photo = photos["astronaut"][3]
    answer = enrolled.client.post(path, params=query, data=fields, files=files(image_field, photo))
    assert answer.json()["authenticated"] is True


@pytest.mark.parametrize(
    ("path", "fields", "image_field"),
    [("/identify", {}, "file"), ("/verify", {"mode": "id"}, "image")],
)
def test_the_older_systems_identification_requests_work(
    enrolled: Server, photos: Photos, path: str, fields: dict[str, str], image_field: str
) -> None:
    answer = enrolled.client.post(
        path, data=fields, files=files(image_field, photos["grace_hopper"][3])
    )
    assert answer.json()["matches"][0]["user_id"] == "grace_hopper"


def test_older_reading_paths_work(enrolled: Server) -> None:
    assert enrolled.client.get("/debug/registered-users").json()["total"] == 2
    assert enrolled.client.get("/users/astronaut/history").status_code == 200


@pytest.mark.parametrize("prefix", ["", "data:image/jpeg;base64,"])
def test_json_with_base64_is_as_good_as_a_form(
    enrolled: Server, photos: Photos, prefix: str
) -> None:
    image = prefix + base64.b64encode(new_file(photos["astronaut"][3])).decode()
    answer = enrolled.client.post(
        "/api/v1/authenticate", json={"user_id": "astronaut", "image": image}
    )
    assert answer.json()["authenticated"] is True


def test_a_bare_image_body_works(enrolled: Server, photos: Photos) -> None:
    answer = enrolled.client.post(
        "/api/v1/authenticate",
        params={"user_id": "astronaut"},
        content=new_file(photos["astronaut"][3]),
        headers={"Content-Type": "image/jpeg"},
    )
    assert answer.json()["authenticated"] is True


def test_detect_returns_every_face_and_stores_nothing(enrolled: Server, photos: Photos) -> None:
    answer = enrolled.client.post(
        "/api/v1/detect", files=files("image", photos["astronaut"][0])
    ).json()
    (face,) = answer["faces"]
    assert len(face["landmarks"]) == 5
    assert face["landmark_scheme"] == "eye corners, nose base"
    assert face["quality_reasons"] == []
    assert enrolled.client.get("/api/v1/users").json()["total"] == 2
