"""mien api-keys: the keys of calling programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from mien.cli.console import AsJson, DataDir, err, opened_store, out, print_json
from mien.core.caller import Scope, parse_scopes
from mien.core.liveness import LivenessPolicy

if TYPE_CHECKING:
    from mien.core.api_key import ApiKey
    from mien.service.manage_api_keys import ManageApiKeys, NewApiKey

_KeyId = Annotated[str, typer.Argument(help="The key's public name, as list shows it.")]

api_keys = typer.Typer(help="Make, list, rotate and revoke the keys of calling programs.")


@api_keys.command("create")
def create_key(
    label: Annotated[str, typer.Argument(help="What the key is for.")],
    scopes: Annotated[
        list[str], typer.Option("--scope", help=f"What it may do: {', '.join(Scope)}.")
    ],
    audience: Annotated[
        str | None,
        typer.Option(help="Relying application of its assertions.", show_default="the label"),
    ] = None,
    valid_days: Annotated[
        int | None, typer.Option(min=1, help="Days until it ends.", show_default="no end")
    ] = None,
    liveness: Annotated[
        LivenessPolicy, typer.Option(help="What an authentication has to show besides the face.")
    ] = LivenessPolicy.NONE,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key with the scopes it needs and no more; it is shown this once."""
    valid_for = None if valid_days is None else timedelta(days=valid_days)
    with opened_store(data_dir, as_json=as_json) as work:
        new = _keys().create(
            work,
            label=label,
            scopes=parse_scopes(scopes),
            audience=audience,
            valid_for=valid_for,
            liveness=liveness,
        )
    _show_new(new, as_json=as_json)


@api_keys.command("list")
def list_keys(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List all keys, the newest first, expired ones included."""
    with opened_store(data_dir, as_json=as_json) as work:
        keys = work.api_keys.page()
    if as_json:
        print_json({"keys": [_values(key) for key in keys]})
        return
    table = Table("key", "label", "scopes", "liveness", "audience", "made", "ends", "last used")
    for key in keys:
        table.add_row(
            key.key_id,
            key.label,
            " ".join(sorted(key.scopes)),
            key.liveness,
            key.audience,
            *(
                "" if at is None else f"{at:%Y-%m-%d %H:%M}"
                for at in (key.created_at, key.expires_at, key.last_used_at)
            ),
        )
    out.print(table)


@api_keys.command("rotate")
def rotate_key(
    key_id: _KeyId,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=720, help="Hours for which the old one is accepted too.")
    ] = 24,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key like an old one, which then ends."""
    with opened_store(data_dir, as_json=as_json) as work:
        new = _keys().rotate(work, key_id, timedelta(hours=overlap_hours))
    _show_new(new, as_json=as_json)


@api_keys.command("revoke")
def revoke_key(key_id: _KeyId, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Accept a key no longer; running servers follow within seconds."""
    with opened_store(data_dir, as_json=as_json) as work:
        _keys().revoke(work, key_id)
    if as_json:
        print_json({"success": True, "key_id": key_id})
    else:
        out.print(f"[green]revoked[/] {key_id}")


def _keys() -> ManageApiKeys:
    from mien.bootstrap.data import manage_api_keys

    return manage_api_keys()


def _show_new(new: NewApiKey, *, as_json: bool) -> None:
    if as_json:
        print_json({"key": new.text, "about": _values(new.about)})
        return
    out.print(new.text, soft_wrap=True)
    err.print(f"shown this once; it may {', '.join(sorted(new.about.scopes))}")


def _values(key: ApiKey) -> dict[str, object]:
    return {
        "key_id": key.key_id,
        "label": key.label,
        "scopes": sorted(key.scopes),
        "audience": key.audience,
        "created_at": key.created_at.isoformat(),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
        "liveness": key.liveness,
    }
