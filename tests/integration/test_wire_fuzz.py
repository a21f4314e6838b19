"""Every operation of the OpenAPI document, asked thousands of things by schemathesis.

Whatever is sent and whoever sends it: no server error, and only the statuses, media types and
bodies that the document declares. Cases are the same in every run; what the server makes up
itself, as keys and tokens, is not.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import FeedbackSources

# What its plugin for pytest calls for each operation; the plugin itself breaks with pytest 9.2.
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi import checks

from mien.core.image import Pixels
from tests.clips import write_clip
from tests.databases import BOTH
from tests.golden.downloads import MODELS
from tests.integration.conftest import Server, serving
from tests.live_wire import Wire
from tests.support import new_file

pytestmark = pytest.mark.slow

Photos = dict[str, list[bytes]]
Value = Any
"""What schemathesis makes up is of any kind."""

Case = schemathesis.Case[Value]
Operation = schemathesis.APIOperation[Value, Value, Value, Value]

CASES: Final = 1000
"""At least so many of each of four senders, on each of two databases: 8,000 in all."""

MAX_EXAMPLES: Final = 24
"""Random ones of each operation; what it declares, and its limits, are tried beside them."""

PASSWORD: Final = "nine green bottles, quite empty"  # noqa: S105 of an operator of this test

HAS_LIVE_MODELS: Final = (MODELS / "SOURCES.json").is_file()

SETTINGS: Final = settings(
    max_examples=MAX_EXAMPLES,
    derandomize=True,
    # Shrinking would ask a server that has moved on: a failure is shown as it is.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

CHECKS: Final[list[Callable[..., bool | None]]] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.ignored_auth,
    checks.unsupported_method,
]


@dataclass(slots=True)
class World:
    """A server, who asks it, and what must be there for an answer to be more than 404.

    Subject `ada`, operator `spare` and a spare API key are what cases may erase, change and
    revoke; nobody is told the ids of the keys and the operator that the cases are sent with.
    """

    server: Server
    photos: Photos = field(repr=False)
    clip: bytes = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict)
    own_headers: dict[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    spare_key_id: str = ""
    refresh_token: str = ""
    job_id: str = ""
    review_id: str = ""
    visits: bool = False
    """Whether cases of self-service are sent as ada, who has signed in."""

    def make(self) -> None:
        """Put everything there."""
        self.enroll_ada()
        self.make_spare_key()
        self.begin_video()
        for name, role in (("spare", "auditor"), ("grace", "operator")):
            operator = {"name": name, "role": role, "password": PASSWORD}
            self.server.client.post("/api/v1/operators", json=operator).raise_for_status()
        self.sign_in()

    def enroll_ada(self) -> None:
        photos = [("images", new_file(photo)) for photo in self.photos["astronaut"][:2]]
        form = {"user_id": "ada"}
        self.server.client.post("/api/v1/register", data=form, files=photos).raise_for_status()
        self.server.client.put("/api/v1/users/ada/consents/expression").raise_for_status()
        self.ask_for_entry()

    def begin_video(self) -> None:
        files = {"video": ("clip.mp4", self.clip, "video/mp4")}
        begun = self.server.client.post("/api/v1/emotion/video", files=files)
        self.job_id = begun.raise_for_status().json()["id"]

    def ask_for_entry(self) -> None:
        """Let ada ask operators for something that they can decide on."""
        wanted = {"user_id": "ada", "note": "My eye is bandaged."}
        self.server.client.post("/api/v1/self/requests", json=wanted).raise_for_status()
        listed = self.server.client.get("/api/v1/reviews?state=open").json()["reviews"]
        self.review_id = next(r["review_id"] for r in listed if r["kind"] == "verification")

    def unlock_ada(self) -> None:
        self.server.client.delete("/api/v1/users/ada/lock").raise_for_status()

    def headers_of(self, operation: str) -> dict[str, str]:
        """Return what a case is sent with: on ada's own page, a token of hers."""
        if not self.visits or "/api/v1/self" not in operation:
            return self.headers
        mine = httpx.get(f"{self.server.url}/api/v1/self", headers=self.own_headers)
        if mine.status_code != httpx.codes.OK:  # it has ended, or she was erased
            self.own_headers = {"Authorization": f"Bearer {self.sign_ada_in()}"}
        return self.own_headers

    def sign_ada_in(self) -> str:
        """Return a token of ada's, by a new photo."""
        self.unlock_ada()
        files = {"image": self.photo("astronaut", 1, secrets.token_bytes(12))}
        form = {"user_id": "ada"}
        answer = self.server.client.post("/api/v1/self/photo", data=form, files=files)
        return str(answer.json()["access_token"])

    def photo(self, person: str, take: int, comment: bytes) -> bytes:
        """Return a photo in bytes that were never sent, as the comment was not."""
        photo = self.photos[person][take]
        return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + photo[2:]

    def make_spare_key(self) -> None:
        self.spare_key_id = self.new_key("spare", ["verify"])["about"]["key_id"]

    def new_key(self, label: str, scopes: list[str]) -> dict[str, Value]:
        wanted = {"label": label, "scopes": scopes, "audience": "https://door.example"}
        made: dict[str, Value] = self.server.client.post("/api/v1/api-keys", json=wanted).json()
        return made

    def sign_in(self) -> str:
        form = {"grant_type": "password", "username": "grace", "password": PASSWORD}
        answer = self.server.client.post("/api/v1/auth/token", data=form)
        assert answer.status_code == httpx.codes.OK, answer.text
        self.refresh_token = answer.json()["refresh_token"]
        return str(answer.json()["access_token"])

    def begin_session(self) -> None:
        """Let the cases' own cookies continue a session."""
        wanted = {"name": "grace", "password": PASSWORD}
        self.session.post(f"{self.server.url}/api/v1/session", json=wanted).raise_for_status()

    def decided_session(self, path: str = "/api/v1/live") -> str:
        """Return the id of a session that waits to be completed by whoever began it."""
        user_id = f"guest-{secrets.token_hex(8)}"
        begun = self.server.client.post(path, json={"user_id": user_id})
        session_id = str(begun.json()["session_id"])
        with Wire(self.server.url) as wire:
            wire.hello(session_id=session_id)
            wire.say(type="bye")
            wire.hear_all()
        return session_id

    def send(self, case: Case) -> None:
        """Send a case, check the answer, and put back what it took away."""
        answer = case.call_and_validate(
            base_url=self.server.url,
            session=self.session,
            headers=self.headers_of(case.operation.label),
            checks=CHECKS,
        )
        operation = case.operation.label
        self.answers[operation, answer.status_code] += 1
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self.unlock_ada()
        if 200 <= answer.status_code < 300:
            self.put_back(operation, answer)

    def put_back(self, operation: str, answer: Value) -> None:
        """Put back what a successful case took away."""
        if operation == "DELETE /api/v1/users/{user_id}":
            self.enroll_ada()
        elif operation.startswith(("POST /api/v1/reviews/", "POST /api/v1/self/requests")):
            self.ask_for_entry()
        elif operation.startswith("DELETE") and operation.endswith("/consents/{purpose}"):
            self.server.client.put("/api/v1/users/ada/consents/expression")
        elif operation == "POST /api/v1/emotion/video":  # there is room for four
            job_id = answer.json()["id"]
            url = f"{self.server.url}/api/v1/emotion/video/{job_id}"
            httpx.delete(url, headers=self.headers).raise_for_status()
        elif operation == "DELETE /api/v1/emotion/video/{job_id}":
            self.begin_video()
        elif "{key_id}" in operation:
            self.make_spare_key()
        elif operation.startswith("POST /api/v1/auth/"):
            self.sign_in()
        elif operation == "DELETE /api/v1/session":
            self.begin_session()


@pytest.fixture(scope="module", params=BOTH)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """With live sessions where the models for them are."""
    models = request.getfixturevalue("live_models_dir" if HAS_LIVE_MODELS else "models_dir")
    purpose = "Your own trend is shown to you."
    folder = tmp_path_factory.mktemp("fuzzed")
    chosen = {"MIEN_WELLBEING_PURPOSE": purpose, "MIEN_FACE_SIGN_IN": "none"}
    with serving(request.param, models, folder, **chosen) as running:
        yield running


@pytest.fixture(scope="module")
def world(
    server: Server,
    photos: Photos,
    astronaut: Pixels,
    tmp_path_factory: pytest.TempPathFactory,
) -> World:
    clip = write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", [astronaut], seconds=0.2)
    made = World(server, photos, clip.read_bytes())
    made.make()
    return made


def admin_key(world: World) -> dict[str, str]:
    return {"X-API-Key": world.server.client.headers["X-API-Key"]}


def key_of_few_scopes(world: World) -> dict[str, str]:
    return {"X-API-Key": world.new_key("few", ["verify", "metrics"])["key"]}


def access_token(world: World) -> dict[str, str]:
    return {"Authorization": f"Bearer {world.sign_in()}"}


def nothing(_world: World) -> dict[str, str]:
    return {}


Sender = Callable[[World], dict[str, str]]
SENDERS: Final[tuple[Sender, ...]] = (admin_key, key_of_few_scopes, access_token, nothing)


def openapi(world: World, *, seed: int, credentials_made_up: bool) -> schemathesis.BaseSchema:
    config = schemathesis.Config.from_dict(
        {"seed": seed, "generation": {"with-security-parameters": credentials_made_up}}
    )
    document = schemathesis.openapi.from_url(f"{world.server.url}/openapi.json", config=config)
    make_cases_go_deep(document, world)
    return document


def operations_of(document: schemathesis.BaseSchema) -> Iterator[Operation]:
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if HAS_LIVE_MODELS or "/live" not in operation.path:
            yield operation


def make_cases_go_deep(document: schemathesis.BaseSchema, world: World) -> None:
    """Mix what there is into what is made up: real photos, and names that somebody has."""

    @document.hook
    def flatmap_case(
        context: schemathesis.HookContext,  # noqa: ARG001 the hook's form
        case: Case,
    ) -> st.SearchStrategy[Case]:
        bodies = _real_bodies(case, world)
        there = {
            "user_id": "ada", "name": "spare", "key_id": world.spare_key_id, "job_id": world.job_id,
            "review_id": world.review_id,
        }  # fmt: skip
        names = {name: there[name] for name in case.path_parameters if name in there}
        if not names and bodies is None:
            return st.just(case)
        body = st.none() if bodies is None else bodies
        real = st.builds(_with, st.just(case), st.just(names), body)
        return st.just(case) | real | real


def _with(case: Case, names: dict[str, str], body: Value) -> Case:
    if names:
        case.path_parameters = {**case.path_parameters, **names}
    if body is not None:
        case.body = body
    return case


def _real_bodies(case: Case, world: World) -> st.SearchStrategy[Value] | None:
    known: dict[str, list[Value]] = {
        "POST /api/v1/auth/token": _grants(world),
        "POST /api/v1/live": [
            {"user_id": "guest"}, {"user_id": "guest", "liveness": "none"},
            {"user_id": "guest", "liveness": "both"},
        ],
        "POST /api/v1/session": [{"name": "grace", "password": PASSWORD}],
        "POST /api/v1/self/live": [{"user_id": "guest"}],
        "POST /api/v1/self/requests": [{"user_id": "guest", "note": "Let me in."}],
        "POST /api/v1/self/password": [{"user_id": "ada", "password": PASSWORD}],
        "PUT /api/v1/self/password": [{"password": PASSWORD}],
        "POST /api/v1/reviews/{review_id}/approve": [{"reason": "seen"}],
        "POST /api/v1/reviews/{review_id}/deny": [{"reason": "not seen"}],
        "POST /api/v1/auth/revoke": [{"token": world.refresh_token}],
        "PUT /api/v1/thresholds/{group}": [{"target_fmr": 1e-3}, {"target_fmr": 1e-5}],
        "POST /api/v1/api-keys/{key_id}/rotate": [{}, {"overlap_hours": 1}],
        "POST /api/v1/operators": [
            {"name": f"clerk-{number}", "role": "auditor", "password": PASSWORD}
            for number in range(5)
        ],
        "PATCH /api/v1/operators/{name}": [
            {"role": "operator"}, {"disabled": True}, {"disabled": False}, {"password": PASSWORD},
        ],
    }  # fmt: skip
    if case.operation.path.endswith("/live/complete"):
        begun_at = case.operation.path.removesuffix("/complete")
        return st.builds(lambda: {"session_id": world.decided_session(begun_at)})
    if case.operation.label == "POST /api/v1/emotion/video":
        return st.just({"video": world.clip} if isinstance(case.body, dict) else world.clip)
    if case.operation.label in known:
        return st.sampled_from(known[case.operation.label])
    if isinstance(case.body, dict) and {"image", "images"} & case.body.keys():
        return _with_photos(case.body, case.media_type, world)
    return None


def _grants(world: World) -> list[dict[str, str]]:
    password = {"grant_type": "password", "username": "grace"}
    return [
        {**password, "password": PASSWORD},
        {**password, "username": "spare", "password": "not this one"},
        {"grant_type": "refresh_token", "refresh_token": world.refresh_token},
    ]


def _with_photos(
    body: dict[str, Value], media_type: str | None, world: World
) -> st.SearchStrategy[Value]:
    """Put real photos, in bytes never sent before, where there were made up ones."""
    photo: st.SearchStrategy[Value] = st.builds(
        world.photo, st.sampled_from(list(world.photos)), st.integers(0, 3), st.binary(min_size=12)
    )
    if media_type == "application/json":
        photo = photo.map(lambda data: base64.b64encode(data).decode())
    real: dict[str, st.SearchStrategy[Value]] = {
        "user_id": st.sampled_from(["ada", "subject-1", "subject-2", "subject-3"]),
        "image": photo,
        "images": st.lists(photo, min_size=1, max_size=2),
    }
    wanted = {name: values for name, values in real.items() if name in body}
    return st.fixed_dictionaries(wanted).map(lambda drawn: {**body, **drawn})


@pytest.mark.parametrize("sender", SENDERS)
def test_every_answer_is_one_that_the_document_declares(
    world: World, sender: Sender, subtests: pytest.Subtests
) -> None:
    world.headers, world.answers = sender(world), Counter()
    world.visits = sender is admin_key
    # Made up credentials would hide the sender's: only where there are none.
    seed = 11 + SENDERS.index(sender)
    document = openapi(world, seed=seed, credentials_made_up=sender is nothing)
    for operation in operations_of(document):
        ask = build_operation_test(
            config=document.config,
            operation=operation,
            test_func=world.send,
            given_kwargs={},
            feedback=FeedbackSources(),
            explicit_settings=SETTINGS,
        )
        with subtests.test(operation.label):
            ask()
    assert world.answers.total() >= CASES
    if sender is admin_key:  # what is not reached is not tested
        done = {operation for operation, status in world.answers if 200 <= status < 300}
        assert done == {operation.label for operation in operations_of(document)}


def test_every_reference_of_the_document_leads_somewhere(world: World) -> None:
    """Otherwise the part behind it would not be fuzzed, and nobody would be told."""
    text = world.server.client.get("/openapi.json").text
    document = json.loads(text)
    references = set(re.findall(r'"\$ref":\s*"([^"]+)"', text))
    assert references
    assert references <= {
        f"#/components/schemas/{name}" for name in document["components"]["schemas"]
    }
