"""Makes the world of the end-to-end tests: `python -m web.e2e.seed FOLDER`.

FOLDER/data becomes a server's data folder, FOLDER/photos what is uploaded, FOLDER/clips what the
camera shows, FOLDER/pack.txt the name of the pack. Drawn from a fixed seed, and told relative to
now.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np

from mien.bootstrap.clock import utc_now
from mien.bootstrap.data import open_database
from mien.bootstrap.recognition import Recognition, choose
from mien.core.groups import Group
from mien.core.scoring import FalseMatchRate
from mien.core.template import SubjectId, Template
from mien.service.thresholds import GroupThresholds
from mien.settings import Settings
from mien.storage.database import Database
from web.e2e.clips import write_clips, write_photos_of_turning
from web.e2e.faces import enrolled_photos, invent_templates, write_photos
from web.e2e.gallery import TemplateMaker
from web.e2e.history import DAYS, Deed, attempts
from web.e2e.models import import_models
from web.e2e.organization import chose_password, first_days, hire, locked
from web.e2e.people import HOPPER, Person, invent_people
from web.e2e.requests import requests
from web.e2e.staff import appoint, open_doors, used_today

_SEED: Final = 20261121
_LOCKED: Final = 12
_ASKING: Final = slice(20, 27)


def main(folder: Path) -> None:
    """Make everything."""
    settings = Settings(data_dir=folder / "data", pack=import_models(folder / "data"))
    models = Recognition.load(settings, choose(settings), threads=2)
    database = open_database(settings)
    try:
        make_templates = TemplateMaker.of(database, models, settings)
        found(database, models, make_templates, utc_now() - timedelta(minutes=1))
    finally:
        database.close()
    write_photos(folder / "photos")
    write_photos_of_turning(folder / "photos")
    write_clips(folder / "clips")
    (folder / "pack.txt").write_text(settings.pack)


def found(
    database: Database, models: Recognition, make_templates: TemplateMaker, now: datetime
) -> None:
    """Found the organization ninety days ago, and let it work until now."""
    rng = np.random.default_rng(_SEED)
    people = _with_templates(invent_people(rng), make_templates, rng)
    began = now - timedelta(days=DAYS)
    with database.unit_of_work("mien") as work:
        appoint(work, began)
        doors = open_doors(work, began)
        employees = list(hire(work, people, now, rng))
    thresholds = GroupThresholds(models.calibration, models.target_fmr, lambda: began)
    stricter = Deed(
        began,
        lambda work: thresholds.put(work, Group("Leadership"), FalseMatchRate(1e-5)),
    )
    asking = [employee.person.user_id for employee in employees[_ASKING]]
    deeds = [
        stricter,
        *first_days(employees),
        *attempts(employees, doors, now, rng),
        chose_password(HOPPER, now - timedelta(days=3)),
        *requests(asking, now),
        locked(employees[_LOCKED], now - timedelta(hours=2)),
    ]
    _do(database, (deed for deed in deeds if deed.at < now))
    with database.unit_of_work("mien") as work:
        used_today(work, now)


def _with_templates(
    people: Sequence[Person], make_templates: TemplateMaker, rng: np.random.Generator
) -> Mapping[SubjectId, tuple[Person, Sequence[Template]]]:
    seen = {user_id: make_templates(photos) for user_id, photos in enrolled_photos().items()}
    like = seen[HOPPER]
    parts = make_templates.parts
    return {
        person.user_id: (
            person,
            seen.get(person.user_id) or invent_templates(like, parts, person.samples, rng),
        )
        for person in people
    }


def _do(database: Database, deeds: Iterable[Deed]) -> None:
    """Do everything in its order: the audit log knows no other."""
    ordered = sorted(deeds, key=lambda deed: deed.at)
    for actor, theirs in groupby(ordered, key=lambda deed: deed.actor):
        with database.unit_of_work(actor) as work:
            for deed in theirs:
                deed.do(work)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
