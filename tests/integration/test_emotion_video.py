"""Videos on a real server: read in the background, told to who began, and kept nowhere."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mien.core.expression import Expression
from mien.core.image import Pixels
from tests.clips import write_clip
from tests.integration.conftest import API_KEY, Server, copy_models, running_server
from tests.integration.live_sessions import video
from tests.integration.nothing_stored import row_counts, uploads

PATH = "/api/v1/emotion/video"
WITHIN_S = 120.0
SETTINGS = {"MIEN_PACK": "standard", "MIEN_MAX_VIDEO_BYTES": "20000000"}

Job = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("emotion-video")


@pytest.fixture(scope="module")
def server(folder: Path, live_models_dir: Path) -> Iterator[Server]:
    """One server; nothing of these tests reaches a database, so one kind of it is enough."""
    with running_server(copy_models(live_models_dir, folder), **SETTINGS) as running:
        yield running
    log = (folder / "server.log").read_text()
    for word in ("unexpected error", "Traceback", API_KEY, "mov,mp4", "VIDEOIO", *Expression):
        assert word not in log
    assert not list((folder / "data" / "uploads").iterdir())


@pytest.fixture(scope="module")
def clip(folder: Path, astronaut: Pixels, grace_hopper: Pixels) -> Path:
    """Two seconds of Eileen Collins and two of Grace Hopper."""
    photos = [astronaut[:512, :512], grace_hopper[:512, :512]]
    return write_clip(folder / "clip.mp4", photos, seconds=4.0)


@pytest.fixture(scope="module")
def long_clip(folder: Path, astronaut: Pixels) -> Path:
    """Takes longer to read than a test needs to look at it."""
    return write_clip(folder / "long.mp4", [astronaut[:256, 96:352]], seconds=60.0)


def begin(client: httpx.Client, path: Path, **fields: str) -> httpx.Response:
    with path.open("rb") as file:
        return client.post(PATH, files={"video": (path.name, file, "video/mp4")}, data=fields)


def begun(client: httpx.Client, path: Path, **fields: str) -> str:
    answer = begin(client, path, **fields)
    assert answer.status_code == 202, answer.text
    job: Job = answer.json()
    assert job["state"] in {"queued", "running"}
    assert answer.headers["Location"] == job["links"]["self"] == f"{PATH}/{job['id']}"
    return str(job["id"])


def asked(client: httpx.Client, job_id: str) -> Job:
    answer = client.get(f"{PATH}/{job_id}")
    assert answer.status_code == 200, answer.text
    job: Job = answer.json()
    return job


def states(client: httpx.Client, job_id: str) -> Iterator[Job]:
    """Ask again and again until the job is over."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        job = asked(client, job_id)
        yield job
        if job["state"] not in {"queued", "running"}:
            return
        time.sleep(0.05)
    raise TimeoutError(f"the video was not read within {WITHIN_S} s")


def ended(client: httpx.Client, job_id: str) -> Job:
    *_, job = states(client, job_id)
    return job


def canceled(client: httpx.Client, job_id: str) -> Job:
    answer = client.delete(f"{PATH}/{job_id}")
    assert answer.status_code == 200, answer.text
    job: Job = answer.json()
    return job


def running(client: httpx.Client, job_id: str) -> None:
    for job in states(client, job_id):
        if job["state"] == "running" and job["progress"] > 0:
            return


def gone(data: Path) -> bool:
    """Tell whether every upload is deleted; a thread may need a moment for it."""
    for _ in range(200):
        if not uploads(data):
            return True
        time.sleep(0.05)
    return False


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_video_is_read_and_told_with_its_timeline(server: Server, clip: Path) -> None:
    job_id = begun(server.client, clip)
    jobs = list(states(server.client, job_id))
    assert jobs[-1]["state"] == "done"
    progress = [job["progress"] for job in jobs]
    assert progress == sorted(progress)
    assert progress[-1] == 1.0
    assert all(job["result"] is None for job in jobs[:-1])
    result = jobs[-1]["result"]
    assert result["duration_s"] == pytest.approx(3.9, abs=0.02)
    assert (result["width"], result["height"]) == (512, 512)
    assert len(result["frames"]) == 16
    times = [frame["at_s"] for frame in result["frames"]]
    assert times == sorted(times)
    for frame in result["frames"]:
        for face in frame["faces"]:
            assert set(face["probabilities"]) == set(Expression)
            assert sum(face["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert sum(len(frame["faces"]) == 1 for frame in result["frames"]) == 16
    for track in result["tracks"]:
        assert sum(track["share_of_time"].values()) == pytest.approx(1, abs=1e-3)
    assert sum(track["frames"] for track in result["tracks"]) == 16
    canceled(server.client, job_id)


@pytest.mark.parametrize(
    ("name", "faces"), [("talking_face_instanthigh.mp4", 1), ("real_apfol.webm", 1)]
)
def test_one_person_before_a_camera_is_one_track(server: Server, name: str, faces: int) -> None:
    result = ended(server.client, begun(server.client, video(name)))["result"]
    longest = max(result["tracks"], key=lambda track: track["frames"])
    assert len(result["tracks"]) == faces
    assert longest["frames"] > 0.9 * len(result["frames"])


def test_a_bare_body_is_a_video_too(server: Server, clip: Path) -> None:
    answer = server.client.post(
        PATH,
        params={"frames_per_second": "1"},
        content=clip.read_bytes(),
        headers={"Content-Type": "video/mp4"},
    )
    assert answer.status_code == 202, answer.text
    job = ended(server.client, answer.json()["id"])
    assert len(job["result"]["frames"]) == 4


def test_frames_per_second_is_what_was_asked_for(server: Server, clip: Path) -> None:
    job = ended(server.client, begun(server.client, clip, frames_per_second="2"))
    assert len(job["result"]["frames"]) == 8


@pytest.mark.parametrize("wish", ["0", "11", "nan", "many", ""])
def test_another_wish_is_refused(server: Server, clip: Path, wish: str) -> None:
    answer = begin(server.client, clip, frames_per_second=wish)
    assert problem(answer) == (422, "INVALID_REQUEST")


def test_a_canceled_job_stops_and_its_file_is_deleted(
    server: Server, folder: Path, long_clip: Path
) -> None:
    job_id = begun(server.client, long_clip, frames_per_second="10")
    running(server.client, job_id)
    assert uploads(folder / "data")
    assert canceled(server.client, job_id)["state"] == "canceled"
    assert problem(server.client.get(f"{PATH}/{job_id}")) == (404, "UNKNOWN_JOB")
    assert gone(folder / "data")


def test_two_videos_at_once_are_read_one_after_the_other(
    server: Server, folder: Path, clip: Path, long_clip: Path
) -> None:
    first = begun(server.client, long_clip, frames_per_second="10")
    second = begun(server.client, clip)
    running(server.client, first)
    assert asked(server.client, second)["state"] == "queued"
    photo = server.client.get("/readyz")
    assert photo.status_code == 200
    canceled(server.client, first)
    assert ended(server.client, second)["state"] == "done"
    assert gone(folder / "data")


def test_there_are_only_so_many_jobs_of_a_caller(
    server: Server, folder: Path, clip: Path, long_clip: Path
) -> None:
    jobs = [begun(server.client, long_clip, frames_per_second="10")]
    while (answer := begin(server.client, clip)).status_code == 202:
        jobs.append(answer.json()["id"])
    assert problem(answer) == (503, "OVERLOADED")
    assert int(answer.headers["Retry-After"]) > 0
    assert len(jobs) == 4
    for job_id in jobs:
        canceled(server.client, job_id)
    assert gone(folder / "data")


def test_nobody_else_sees_or_cancels_a_job(server: Server, clip: Path) -> None:
    wanted = {"label": "another", "scopes": ["read"]}
    key = server.client.post("/api/v1/api-keys", json=wanted).json()["key"]
    job_id = begun(server.client, clip)
    with httpx.Client(base_url=server.url, headers={"X-API-Key": key}, timeout=60) as other:
        assert problem(other.get(f"{PATH}/{job_id}")) == (404, "UNKNOWN_JOB")
        assert problem(other.delete(f"{PATH}/{job_id}")) == (404, "UNKNOWN_JOB")
    assert ended(server.client, job_id)["state"] == "done"
    canceled(server.client, job_id)


@pytest.mark.parametrize("job_id", ["unknown", "q2f0cWJ3u9E5sX1dR8yVtA"])
def test_an_unknown_job_is_404(server: Server, job_id: str) -> None:
    assert problem(server.client.get(f"{PATH}/{job_id}")) == (404, "UNKNOWN_JOB")
    assert problem(server.client.delete(f"{PATH}/{job_id}")) == (404, "UNKNOWN_JOB")


def test_a_key_and_its_scope_are_asked_for_before_the_video_is_read(
    server: Server, clip: Path
) -> None:
    wanted = {"label": "door", "scopes": ["verify"]}
    key = server.client.post("/api/v1/api-keys", json=wanted).json()["key"]
    for headers, status in [({}, 401), ({"X-API-Key": key}, 403)]:
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as other:
            assert begin(other, clip).status_code == status


@pytest.mark.parametrize(
    "data",
    [b"", b"no video", b"\0\0\0\x18ftypmp42" + bytes(5000), b"#EXTM3U\n/etc/passwd\n"],
)
def test_what_is_no_video_is_422_and_deleted(server: Server, folder: Path, data: bytes) -> None:
    answer = server.client.post(PATH, files={"video": ("clip.mp4", data, "video/mp4")})
    assert problem(answer) == (422, "VIDEO_UNREADABLE")
    assert gone(folder / "data")


def test_a_video_of_too_many_bytes_is_413(server: Server, folder: Path) -> None:
    files = {"video": ("clip.mp4", bytes(20_100_000), "video/mp4")}
    assert problem(server.client.post(PATH, files=files)) == (413, "VIDEO_TOO_LARGE")
    assert gone(folder / "data")


def test_a_video_of_more_than_ten_minutes_is_413(
    server: Server, folder: Path, astronaut: Pixels
) -> None:
    small = astronaut[:64, :64]
    path = write_clip(folder / "slow.mp4", [small], seconds=610.0, per_s=1.0)
    answer = begin(server.client, path)
    assert problem(answer) == (413, "VIDEO_TOO_LARGE")
    assert "10 minutes" in answer.json()["detail"]


def test_nothing_of_it_is_stored(server: Server, folder: Path, clip: Path) -> None:
    before = row_counts(folder / "data")
    files = {path for path in (folder / "data").rglob("*") if "uploads" not in path.parts}
    job = ended(server.client, begun(server.client, clip))
    assert job["result"]["tracks"]
    assert row_counts(folder / "data") == before
    assert {p for p in (folder / "data").rglob("*") if "uploads" not in p.parts} == files
    assert gone(folder / "data")
    canceled(server.client, job["id"])


def test_a_server_that_ends_stops_at_once_and_deletes_everything(
    tmp_path: Path, live_models_dir: Path, long_clip: Path
) -> None:
    data = copy_models(live_models_dir, tmp_path)
    with running_server(data, **SETTINGS) as server:
        running(server.client, begun(server.client, long_clip, frames_per_second="10"))
        assert uploads(data)
        server.client.close()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=15) == -signal.SIGTERM
        assert not list((data / "uploads").iterdir())


def test_what_a_killed_server_left_is_deleted_by_the_next(
    tmp_path: Path, live_models_dir: Path, long_clip: Path
) -> None:
    data = copy_models(live_models_dir, tmp_path)
    with running_server(data, **SETTINGS) as server:
        job_id = begun(server.client, long_clip, frames_per_second="10")
        running(server.client, job_id)
        server.kill()
        assert uploads(data)
    with running_server(data, **SETTINGS) as server:
        assert not uploads(data)
        assert problem(server.client.get(f"{PATH}/{job_id}")) == (404, "UNKNOWN_JOB")
