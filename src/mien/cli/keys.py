"""mien keys: what the data is sealed and signed with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TimeRemainingColumn
from rich.table import Table

from mien.cli.console import (
    ACTOR,
    AsJson,
    DataDir,
    err,
    opened_database,
    out,
    print_json,
    read_settings,
    reporting,
)
from mien.errors import InvalidRequestError

if TYPE_CHECKING:
    from mien.core.template import EmbeddingContract
    from mien.settings import Settings
    from mien.storage.rotation import KeyReport, MasterKeyUse

keys = typer.Typer(
    help="Show and change the keys that data is sealed and signed with, while servers run."
)


@keys.command("show")
def show_keys(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show which keys there are by their names, never the keys themselves."""
    from mien.storage.rotation import report_keys

    with reporting(as_json=as_json), opened_database(data_dir) as database:
        report = report_keys(database)
    if as_json:
        print_json(_values(report))
        return
    table = Table("master key", "seals", "rows", title="Master keys", title_justify="left")
    for key in report.master_keys:
        table.add_row(key.key_id, _state(key), str(key.rows))
    out.print(table)
    table = Table("signing key", "since", "retired", title="Signing keys", title_justify="left")
    for signing in report.signing_keys:
        table.add_row(signing.kid, _time(signing.created_at), _time(signing.retired_at))
    out.print(table)
    out.print(f"templates are rotated by {report.transform or 'nothing'}")


@keys.command("rotate")
def rotate_keys(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Seal everything with a new master key, while servers run.

    A key file gets the new key by itself. Where MIEN_MASTER_KEY or MIEN_MASTER_KEY_COMMAND gives
    the keys, put a new one before the old one there and start every server anew first: then this
    seals everything with it. A rotation that was interrupted is finished, and no other begun.

    Afterwards make a new backup, keep a copy of the key file elsewhere, and run  mien keys retire.
    """
    from mien.bootstrap.clock import utc_now
    from mien.storage.rotation import rotate

    with (
        reporting(as_json=as_json),
        opened_database(data_dir) as database,
        _Bar.shown("sealing anew") as bar,
    ):
        rotation = rotate(database, ACTOR, utc_now(), bar)
    if as_json:
        print_json(
            {
                "master_key": rotation.key_id,
                "new": rotation.is_new,
                "resealed": rotation.resealed,
                "left": rotation.left,
            }
        )
        return
    origin = "a new one" if rotation.is_new else "which was there already"
    out.print(f"[green]sealed[/] {rotation.resealed} rows with {rotation.key_id}, {origin}")
    if rotation.left:
        err.print(
            f"{rotation.left} rows were sealed with another key meanwhile, by a server that does "
            "not know the new one: start it anew and run this again",
            soft_wrap=True,
        )
    else:
        out.print("now make a backup and a copy of the master keys, then run  mien keys retire")


@keys.command("retire")
def retire_keys(
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Drop the old master keys; refused while anything is sealed with one.

    It cannot be undone, and that is the point: no copy of the database from before the rotation
    can be read any more, wherever it is. Nor can backups of  mien db backup  and their keys.backup
    from before: make a new backup first. A key file belongs to one database; one that another
    database shares would lose the key that this other one may still need.
    """
    from mien.bootstrap.clock import utc_now
    from mien.storage.rotation import retire

    with reporting(as_json=as_json), opened_database(data_dir) as database:
        if not sure:
            _confirm(as_json=as_json)
        retirement = retire(database, ACTOR, utc_now())
    if as_json:
        print_json({"retired": list(retirement.key_ids), "by_hand": retirement.by_hand})
    elif retirement.by_hand:
        out.print(
            f"nothing is sealed with {', '.join(retirement.key_ids)}: remove it where mien's keys "
            "are given to it, and start every server anew",
            soft_wrap=True,
        )
    else:
        out.print(f"[green]retired[/] {', '.join(retirement.key_ids)}")


@keys.command("roll-over")
def roll_over_keys(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Sign assertions, tokens and the audit log with a new key.

    What the old key signed is still checked with it: tokens for an hour, the audit log forever.
    """
    from mien.bootstrap.clock import utc_now
    from mien.storage.rotation import roll_over

    with reporting(as_json=as_json), opened_database(data_dir) as database:
        kid = roll_over(database, ACTOR, utc_now())
    if as_json:
        print_json({"signing_key": kid})
    else:
        out.print(f"[green]signing[/] with {kid} from now on; servers follow within 10 s")


@keys.command("renew-templates")
def renew_stored_templates(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Store all templates under a new secret rotation, without new photos.

    For when templates may have leaked: the old ones can be compared with the new ones no more. It
    also protects a gallery that had no rotation. All or nothing; stop the servers before, or start
    them anew right after: until then they refuse every comparison.
    """
    from mien.bootstrap.clock import utc_now
    from mien.storage.renewal import renew_templates

    with reporting(as_json=as_json), opened_database(data_dir) as database:
        contract = _contract_in_use(read_settings(data_dir))
        with _Bar.shown("renewing") as bar:
            renewed = renew_templates(database, contract, ACTOR, utc_now(), bar)
    transform = renewed.contract.partition("+")[2]
    if as_json:
        print_json({"templates": renewed.templates, "transform": transform})
        return
    out.print(f"[green]renewed[/] {renewed.templates} templates, now rotated by {transform}")
    out.print("now start every server anew, and make a backup")


def _contract_in_use(settings: Settings) -> EmbeddingContract:
    """Return what the pack in use makes; no model is loaded for it."""
    from mien.bootstrap.recognition import choose
    from mien.inference.assembly import contract_of
    from mien.inference.weights import WeightStore

    sources = WeightStore.of(settings.data_dir).sources
    return contract_of(choose(settings).pack, sources.trusted_sha256)


def _confirm(*, as_json: bool) -> None:
    if as_json:
        raise InvalidRequestError("with --json nobody can be asked: say --yes as well")
    err.print(
        "Copies and backups from before the rotation can never be read again. Is there a backup "
        "that was made after it?",
        soft_wrap=True,
    )
    typer.confirm("Drop the old master keys?", abort=True, err=True)


def _values(report: KeyReport) -> dict[str, object]:
    return {
        "master_keys": [
            {"id": key.key_id, "seals": key.seals, "given": key.is_given, "rows": key.rows}
            for key in report.master_keys
        ],
        "signing_keys": [
            {
                "id": signing.kid,
                "created_at": signing.created_at.isoformat(),
                "retired_at": signing.retired_at.isoformat() if signing.retired_at else None,
            }
            for signing in report.signing_keys
        ],
        "transform": report.transform,
    }


def _state(key: MasterKeyUse) -> str:
    if not key.is_given:
        return "[red]missing[/]"
    return "[green]yes[/]" if key.seals else "no, it only opens"


def _time(when: datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d %H:%M} UTC"


class _Bar:
    """Draws a bar on stderr from the first rows on."""

    def __init__(self, action: str) -> None:
        self._columns = Progress(
            action, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err
        )
        self._task: TaskID | None = None

    def __call__(self, what: str, done: int, total: int) -> None:  # noqa: ARG002 the port gives it
        if self._task is None:
            self._columns.start()
            self._task = self._columns.add_task("")
        self._columns.update(self._task, completed=done, total=total)

    @classmethod
    @contextmanager
    def shown(cls, action: str) -> Iterator[_Bar]:
        """Hand out a progress callback, and leave the bar as it is in the end."""
        bar = cls(action)
        try:
            yield bar
        finally:
            if bar._task is not None:
                bar._columns.stop()
