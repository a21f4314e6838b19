"""Without consent nothing about emotion is written anywhere; with it, sealed, and gone on demand.

A real server with well-being on, the real reader, on each kind of database; then the database, the
log, the metrics and the audit log are searched, and the search is shown to find what is there.
"""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import URL, Connection, create_engine, select
from websockets.exceptions import ConnectionClosed

from mien.bootstrap.clock import utc_now
from mien.core.attempt import new_attempt_id
from mien.core.consent import Purpose
from mien.core.expression import Expression, ExpressionShares
from mien.core.expression_log import ExpressionRecord
from mien.core.groups import DEPARTMENT, Group
from mien.core.template import SubjectId, Template, Terms
from mien.storage.check import DatabaseCheck
from mien.storage.engines import connect, file_of
from mien.storage.tables import Base
from tests.databases import BOTH, SQLITE, fresh_url, open_database
from tests.integration.conftest import API_KEY, Server, copy_models, running_server
from tests.integration.test_trust import authenticate, caller, enroll
from tests.live_wire import Wire

Photos = dict[str, list[bytes]]

PURPOSE: Final = "Your own trend is shown to you, your department's to the works council."
SETTINGS: Final = {
    "MIEN_PACK": "standard",
    "MIEN_WELLBEING_PURPOSE": PURPOSE,
    "MIEN_WELLBEING_PERIOD": "day",
}
TABLES: Final = ("consents", "subject_groups", "expression_records")


@dataclass(frozen=True, slots=True)
class House:
    """A server with well-being on, and what lies behind it."""

    server: Server
    url: URL
    data: Path

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return every row, as the database gives it."""
        engine = connect(self.url)
        try:
            with engine.connect() as connection:
                return _rows(connection, table)
        finally:
            engine.dispose()

    def stored(self) -> bytes:
        """Return every byte of an SQLite file with its log, or every value of every table."""
        path = file_of(self.url)
        if path is not None:
            log = path.with_name(f"{path.name}-wal")
            return path.read_bytes() + (log.read_bytes() if log.exists() else b"")
        engine = connect(self.url)
        try:
            with engine.connect() as connection:
                names = [table.name for table in Base.metadata.sorted_tables]
                values = [v for name in names for row in _rows(connection, name) for v in row]
        finally:
            engine.dispose()
        return b"\0".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for v in values)

    def told(self) -> str:
        """Return what was logged and measured, and what is on record."""
        log = (self.data.parent / "server.log").read_text()
        metrics = self.server.client.get("/metrics").text
        audit = "".join(str(row) for row in self.rows("audit_entries"))
        return log + metrics + audit


def _rows(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    found = connection.execute(select(Base.metadata.tables[table]))
    return [tuple(row) for row in found]


@pytest.fixture(scope="module", params=BOTH)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, live_models_dir: Path
) -> Iterator[House]:
    """Well-being is on, and the models of live sessions are there."""
    data = copy_models(live_models_dir, tmp_path_factory.mktemp("wellbeing"))
    with fresh_url(request.param, data) as url:
        environment = dict(SETTINGS)
        if request.param != SQLITE:
            environment["MIEN_DATABASE_URL"] = url.render_as_string(hide_password=False)
        with running_server(data, **environment) as server:
            yield House(server, url, data)
    assert "Traceback" not in (data.parent / "server.log").read_text()


def accepted_by_photo(house: House, user_id: str, photo: bytes) -> None:
    answer = authenticate(house.server.client, user_id, photo)
    assert answer.json()["authenticated"] is True, answer.text


def accepted_live(house: House, user_id: str, photos: list[bytes]) -> None:
    with Wire(house.server.url, API_KEY) as wire:
        wire.hello(user_id=user_id, liveness="none")
        for place in range(40):
            try:
                wire.socket.send(photos[place % len(photos)])
            except ConnectionClosed:
                break
            time.sleep(0.25)
        assert wire.hear_all() == 1000
    assert wire.last("decision")["authenticated"] is True, wire.last("decision")


def agree(house: House, user_id: str, purpose: str = "expression") -> dict[str, Any]:
    answer = house.server.client.put(f"/api/v1/users/{user_id}/consents/{purpose}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return dict(answer.json())


def read_now(house: House, photos: list[bytes]) -> list[ExpressionShares]:
    """Return what the server's reader says of the photos: it stores nothing."""
    found = []
    for photo in photos:
        answer = house.server.client.post("/api/v1/emotion", files={"image": photo}).json()
        (face,) = answer["faces"]
        shares = [face["probabilities"][each.value] for each in Expression]
        found.append(ExpressionShares(tuple(np.array(shares) / sum(shares))))
    return found


def traces(stored: bytes, shares: ExpressionShares) -> bool:
    """Tell whether one of the eight shares stands in the bytes, in any of the usual forms."""
    forms = [
        value.tobytes()
        for kind in ("<f4", ">f4", "<f8", ">f8")
        for value in np.array(shares.shares, kind)
    ]
    forms += [f"{share:.6f}".encode() for share in shares.shares if share > 1e-4]
    return any(form in stored for form in forms)


def test_without_consent_nothing_about_emotion_is_written_anywhere(
    house: House, photos: Photos
) -> None:
    for user_id in ("astronaut", "grace_hopper"):
        enroll(house.server, user_id, photos[user_id][0])
        accepted_by_photo(house, user_id, photos[user_id][1])
        accepted_live(house, user_id, photos[user_id])
    # Another purpose is another consent.
    agree(house, "grace_hopper", "fairness")
    accepted_by_photo(house, "grace_hopper", photos["grace_hopper"][2])
    # And somebody else's face, and nobody's.
    refused = authenticate(house.server.client, "astronaut", photos["grace_hopper"][3])
    assert refused.json()["authenticated"] is False

    assert house.rows("expression_records") == []
    stored, told = house.stored(), house.told()
    assert not [word for word in Expression if word in told]
    for table in Base.metadata.sorted_tables:
        text = "".join(
            value for row in house.rows(table.name) for value in row if str is type(value)
        )
        assert not [word for word in Expression if word in text], table.name
    for shares in read_now(house, [*photos["astronaut"], *photos["grace_hopper"]]):
        assert not traces(stored, shares)
        # Where they would be, they would be found.
        assert traces(stored + np.array(shares.shares, "<f4").tobytes(), shares)


def test_with_consent_it_is_kept_sealed_given_back_and_gone_when_it_is_withdrawn(
    house: House, photos: Photos
) -> None:
    enroll(house.server, "ada", photos["astronaut"][0])
    shown = agree(house, "ada")
    (expression, _) = shown["consents"]
    assert expression["purpose"] == "expression"
    assert expression["stated"] == PURPOSE
    assert expression["given_at"] is not None
    accepted_by_photo(house, "ada", photos["astronaut"][1])
    accepted_live(house, "ada", photos["astronaut"])

    # Kept: of both ways in.
    assert len(house.rows("expression_records")) == 2
    export = house.server.client.get("/api/v1/users/ada/export").json()
    assert [consent["purpose"] for consent in export["consents"]] == ["expression"]
    kept = [
        ExpressionShares(tuple(record["probabilities"].values()))
        for record in export["expressions"]
    ]
    assert len(kept) == 2
    (read,) = read_now(house, [photos["astronaut"][1]])
    assert kept[0].shares == pytest.approx(read.shares, abs=0.02)

    # Sealed: the database, the log, the metrics and the audit log say nothing of what.
    stored = house.stored()
    assert not any(traces(stored, shares) for shares in kept)
    assert not [word for word in Expression if word in house.told()]
    sealed = [bytes(row[-1]) for row in house.rows("expression_records")]
    assert all(each in stored for each in sealed), "what was searched held the records"

    # Withdrawn: gone.
    assert house.server.client.delete("/api/v1/users/ada/consents/expression").status_code == 200
    assert house.rows("expression_records") == []
    accepted_by_photo(house, "ada", photos["astronaut"][2])
    assert house.rows("expression_records") == []
    assert house.server.client.get("/api/v1/users/ada/export").json()["expressions"] == []
    assert house.server.client.get("/api/v1/users/ada/wellbeing").json()["code"] == (
        "CONSENT_MISSING"
    )
    if file_of(house.url) is not None:
        # In SQLite's log, too, once it is written back: secure_delete overwrites.
        engine = create_engine(house.url)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        assert not any(each in house.stored() for each in sealed)

    # On record: that, by whom and for what; never what was seen.
    history = house.server.client.get("/api/v1/users/ada/history").json()["history"]
    noted = {event["kind"]: event["details"] for event in history}
    assert noted["consent"] == noted["withdraw"] == {"purpose": "expression"}


def test_an_erasure_takes_consents_groups_and_expressions_with_it(
    house: House, photos: Photos
) -> None:
    enroll(house.server, "bea", photos["astronaut"][0])
    for purpose in ("expression", "fairness"):
        agree(house, "bea", purpose)
    client = house.server.client
    for attribute, group in (("department", "research"), ("age", "30-39")):
        noted = client.put(f"/api/v1/users/bea/groups/{attribute}", json={"group": group})
        assert noted.status_code == httpx.codes.OK, noted.text
    accepted_by_photo(house, "bea", photos["astronaut"][3])
    before = {table: house.rows(table) for table in TABLES}
    assert client.delete("/api/v1/users/bea").status_code == httpx.codes.OK
    after = {table: house.rows(table) for table in TABLES}
    gone = {table: len(before[table]) - len(after[table]) for table in TABLES}
    assert gone == {"consents": 2, "subject_groups": 2, "expression_records": 1}


def test_groups_but_the_department_need_the_consent_of_the_person(
    house: House, photos: Photos
) -> None:
    enroll(house.server, "cleo", photos["astronaut"][0])
    groups = "/api/v1/users/cleo/groups"
    client = house.server.client
    refused = client.put(f"{groups}/age", json={"group": "30-39"})
    assert (refused.status_code, refused.json()["code"]) == (403, "CONSENT_MISSING")
    assert client.put(f"{groups}/department", json={"group": "x"}).status_code == 200
    agree(house, "cleo", "fairness")
    assert client.put(f"{groups}/age", json={"group": "30-39"}).status_code == 200
    assert client.get(groups).json()["groups"] == {"age": "30-39", "department": "x"}
    assert client.delete("/api/v1/users/cleo/consents/fairness").status_code == 200
    assert client.get(f"{groups}/age").json()["group"] is None
    assert client.delete(f"{groups}/department").json()["group"] is None
    # What the group was is nowhere on record.
    assert "30-39" not in house.told()


def test_why_expressions_are_kept_is_on_record_once(house: House) -> None:
    stated = [row for row in house.rows("audit_entries") if row[2] == "state_purpose"]
    (entry,) = stated
    assert json.loads(entry[8]) == {"purpose": "expression", "text": PURPOSE}


@pytest.fixture(scope="module")
def department(house: House) -> str:
    """Six people of a department who have agreed, and were seen on the last ten days."""
    rng = np.random.default_rng(1)
    with open_database(house.url, house.data) as database, database.unit_of_work("test") as work:
        contract = next(work.subjects.templates())[2].contract
        dimension = len(next(work.subjects.templates())[2].embedding)
        for number in range(6):
            who = SubjectId(f"member-{number}")
            face = rng.normal(size=dimension).astype(np.float32)
            work.subjects.add(who, [Template(face, contract, 0.5)], utc_now(), Terms())
            work.groups.put(who, DEPARTMENT, Group("archive"))
            work.consents.give(who, Purpose.EXPRESSION, utc_now())
            for day in range(1, 11):
                shares = ExpressionShares(tuple(rng.dirichlet(np.ones(8)).tolist()))
                record = ExpressionRecord(utc_now() - timedelta(days=day), shares)
                assert work.expressions.add(who, record, new_attempt_id())
    return "archive"


def test_groups_are_told_to_whoever_may_not_move_people_between_them(
    house: House, department: str
) -> None:
    with caller(house.server, "audit") as auditor:
        told = auditor.get("/api/v1/wellbeing").json()
        assert (told["attribute"], told["period"]) == ("department", "day")
        points = told["groups"][department]["points"]
        assert len(points) == 10
        assert all(point["count"] == 6 and point["score"] % 1 == 0 for point in points)
        assert auditor.get("/api/v1/users/member-0/wellbeing").status_code == 403
        refused = auditor.put("/api/v1/users/member-0/groups/department", json={"group": "y"})
        assert refused.status_code == 403
    with caller(house.server, "read", "enroll") as reader:
        assert reader.get("/api/v1/wellbeing").status_code == 403


@pytest.mark.parametrize("asked", ["attribute=age", "period=week"])
def test_what_would_give_people_away_is_refused(house: House, asked: str) -> None:
    refused = house.server.client.get(f"/api/v1/wellbeing?{asked}")
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_REQUEST")


def test_figures_are_exported_as_tables(house: House, department: str) -> None:
    asked = f"/api/v1/wellbeing?since={utc_now() - timedelta(days=5):%Y-%m-%d}&format="
    answer = house.server.client.get(f"{asked}csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = [row for row in csv.DictReader(io.StringIO(answer.text)) if row["group"] == department]
    assert len(rows) == 5
    table = pq.read_table(io.BytesIO(house.server.client.get(f"{asked}parquet").content))
    written = [row for row in table.to_pylist() if row["group"] == department]
    assert [float(row["score"]) for row in rows] == [row["score"] for row in written]


def test_a_person_is_told_their_own_line_by_day_and_by_week(house: House, department: str) -> None:
    assert department
    mine = "/api/v1/users/member-3/wellbeing"
    by_day = house.server.client.get(f"{mine}?period=day").json()
    assert len(by_day["series"]["points"]) == 10
    assert by_day["series"]["trend"] is not None
    weeks = house.server.client.get(mine).json()["series"]["points"]
    assert all(2 <= point["count"] <= 7 and point["low"] <= point["score"] for point in weeks)
    assert house.server.client.get("/api/v1/users/nobody-here/wellbeing").status_code == 404


def test_the_database_is_sound_after_all_of_it(house: House, department: str) -> None:
    assert department
    with open_database(house.url, house.data) as database:
        assert [f for f in DatabaseCheck(database).run() if not f.sound] == []
