"""What trust costs: encryption, audit and abuse checks beside a whole authentication.

python -m benchmarks.trust; for other sizes, --subjects 100000 --rounds 300
"""

from __future__ import annotations

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from sqlalchemy import text

from benchmarks import portraits
from benchmarks.measure import (
    Json,
    Laps,
    Result,
    Run,
    Surroundings,
    argument_parser,
    finish,
    interleave,
    show_table,
)
from mien.bootstrap.application import Application
from mien.bootstrap.clock import utc_now
from mien.core.audit import AuditAction, AuditEvent
from mien.core.matching import Matcher
from mien.core.template import EmbeddingPart, SubjectId, Template, Terms
from mien.index.exact import ExactIndex
from mien.service.gallery import Gallery
from mien.service.lockouts import identity_of
from mien.settings import Settings
from mien.storage.database import Database
from mien.storage.engines import sqlite_url
from mien.storage.master_keys import KeyFile

_ADA: Final = SubjectId("ada")
_NOBODY: Final = SubjectId("nobody")
_PARTS: Final = (EmbeddingPart("one", "x", 512, 0.25), EmbeddingPart("other", "x", 128, 0.75))
_SUBJECTS_AT_A_TIME: Final = 2000
_SEED: Final = 1
_RESAMPLES: Final = 2000


def authentications(mien: Application) -> dict[str, Run]:
    """Return a right face, a wrong one and a claim to be nobody, and what of it is trust."""

    def run(subject_id: SubjectId, photo: bytes) -> Run:
        def authenticate(lap: Laps) -> None:
            with mien.unit_of_work("benchmark") as work:
                work.failures.clear(identity_of(subject_id))
            image = _new_file(photo)
            lap("set up")
            with mien.unit_of_work("benchmark") as work:
                mien.authenticate(work, subject_id, image)
            lap("authenticate")

        return authenticate

    def trust(lap: Laps) -> None:
        image = _new_file(portraits.near())
        lap("set up")
        with mien.unit_of_work("benchmark") as work:
            now = utc_now()
            work.failures.of(identity_of(_ADA))
            work.seen_images.claim(image, _ADA, now)
            work.failures.of(identity_of(_ADA))
            subject = work.subjects.pseudonym(_ADA)
            work.audit.append(AuditEvent(AuditAction.AUTHENTICATE, now, work.actor, subject))
        lap("authenticate")

    def plain_record(lap: Laps) -> None:
        lap("set up")
        with mien.database.engine.begin() as connection:
            connection.execute(text("INSERT INTO plain_record (reason) VALUES ('MATCH')"))
        lap("authenticate")

    return {
        "right face": run(_ADA, portraits.near()),
        "wrong face": run(_ADA, _other_face()),
        "nobody": run(_NOBODY, _other_face()),
        "all of trust, alone": trust,
        "one plain record, alone": plain_record,
    }


@contextmanager
def prepared(data_dir: Path) -> Iterator[Application]:
    """Open mien with one subject, and a table to compare one plain insert with."""
    mien = Application.build(Settings(data_dir=data_dir), threads=1)
    with mien.unit_of_work("benchmark") as work:
        mien.enroll(work, _ADA, [portraits.enrolled()])
    with mien.database.engine.begin() as connection:
        connection.execute(text("CREATE TABLE plain_record (id INTEGER PRIMARY KEY, reason TEXT)"))
    yield mien
    mien.close()


def _other_face() -> bytes:
    """Return Grace Hopper, who is not enrolled."""
    from matplotlib.cbook import get_sample_data  # slow to import

    return Path(get_sample_data("grace_hopper.jpg", asfileobj=False)).read_bytes()


def _new_file(photo: bytes) -> bytes:
    comment = secrets.token_bytes(16)
    return photo[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2) + comment + photo[2:]


def open_gallery(data_dir: Path, subjects: int) -> tuple[list[float], float]:
    """Seal one template for each subject; return the seconds of three openings, and of sealing."""
    database = Database.open(
        sqlite_url(data_dir / "gallery.db"), KeyFile(data_dir / "gallery.key"), utc_now
    )
    rng, dimension = np.random.default_rng(_SEED), sum(part.dimension for part in _PARTS)
    started = time.perf_counter()
    for start in range(0, subjects, _SUBJECTS_AT_A_TIME):
        with database.unit_of_work("benchmark") as work:
            for number in range(start, min(start + _SUBJECTS_AT_A_TIME, subjects)):
                embedding = rng.standard_normal(dimension, dtype=np.float32)
                template = Template(embedding, "c", 0.5)
                work.subjects.add(SubjectId(f"s{number}"), [template], utc_now(), Terms())
    sealed_s = time.perf_counter() - started
    opened_s = []
    for _ in range(3):
        gallery = Gallery(ExactIndex(dimension), Matcher(_PARTS), "c")
        started = time.perf_counter()
        with database.unit_of_work("benchmark") as work:
            gallery.follow(work)
        opened_s.append(time.perf_counter() - started)
        if gallery.size() != subjects:
            raise SystemExit(f"the gallery has {gallery.size()} subjects, not {subjects}")
    database.close()
    return opened_s, sealed_s


def difference_ms(results: dict[str, Result]) -> tuple[float, float, float]:
    """Return by how much nobody takes longer than a wrong face: medians, and a 95 % interval."""
    rng = np.random.default_rng(_SEED)
    wrong, nobody = (
        np.array(results[name].laps["authenticate"].samples_ms) for name in ("wrong face", "nobody")
    )
    resampled = [
        np.median(rng.choice(nobody, nobody.size)) - np.median(rng.choice(wrong, wrong.size))
        for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(resampled, [2.5, 97.5])
    return float(np.median(nobody) - np.median(wrong)), float(low), float(high)


def main() -> None:
    """Authenticate, seal, open; print the tables."""
    parser = argument_parser("What encryption, audit and abuse checks cost.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--subjects", type=int, default=100_000)
    options = parser.parse_args()
    surroundings = Surroundings()
    with tempfile.TemporaryDirectory() as folder:
        with prepared(Path(folder)) as mien:
            results = interleave(authentications(mien), rounds=options.rounds)
        opened_s, sealed_s = open_gallery(Path(folder), options.subjects)
    whole = results["right face"].laps["authenticate"].median_ms
    show_table(
        "One authentication in its transaction, on SQLite, synchronous",
        ["", "median ms", "p95 ms", "of a right face"],
        [
            [
                name,
                f"{result.laps['authenticate'].median_ms:.2f}",
                f"{result.laps['authenticate'].percentile_ms(95):.2f}",
                f"{100 * result.laps['authenticate'].median_ms / whole:.1f} %",
            ]
            for name, result in results.items()
        ],
    )
    slower, low, high = difference_ms(results)
    show_table(
        "Claims to be nobody, and galleries of sealed templates",
        ["", ""],
        [
            [
                "nobody takes longer than a wrong face by",
                f"{slower:+.2f} ms ({low:+.2f}, {high:+.2f})",
            ],
            [f"seal and store {options.subjects:,} templates", f"{sealed_s:.1f} s"],
            [f"open a gallery of {options.subjects:,}", f"{median(opened_s):.2f} s"],
        ],
    )
    report: dict[str, Json] = {
        "authentications": {name: result.as_json() for name, result in results.items()},
        "nobody_longer_ms": [slower, low, high],
        "subjects": options.subjects,
        "seal_s": sealed_s,
        "open_s": opened_s,
    }
    finish("trust", report, surroundings=surroundings, packages=(), json_file=options.json)


if __name__ == "__main__":
    main()
