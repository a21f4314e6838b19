"""mien users consent, mien users group: what people agreed to, and the groups they belong to."""

from __future__ import annotations

from typing import Annotated

import typer

from mien.cli.console import AsJson, DataDir, opened_store, out, print_json, read_settings
from mien.cli.recognize import SubjectName
from mien.core.consent import Purpose
from mien.core.groups import parse_attribute, parse_group
from mien.core.template import parse_subject_id
from mien.errors import InvalidRequestError


def consent(
    user_id: SubjectName,
    purpose: Annotated[
        Purpose | None, typer.Argument(help="What the person agrees to; without it, show.")
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="They do not agree any more: erase what was kept.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Note that a person agrees to a purpose, or not any more; or show what they agree to."""
    from mien.bootstrap.clock import utc_now
    from mien.bootstrap.wellbeing import statement_of
    from mien.service.consent import give_consent, show_consents, withdraw_consent

    with opened_store(data_dir, as_json=as_json) as work:
        subject_id, statement = parse_subject_id(user_id), statement_of(read_settings(data_dir))
        if withdraw and purpose is None:
            raise InvalidRequestError("name the purpose that the person does not agree to any more")
        if purpose is not None and withdraw:
            withdraw_consent(work, subject_id, purpose, utc_now())
        elif purpose is not None:
            give_consent(work, subject_id, purpose, utc_now(), statement)
        given = {each.purpose: each.given_at for each in show_consents(work, subject_id)}
    if as_json:
        consents = {
            each.value: {
                "stated": statement.of(each),
                "given_at": given[each].isoformat() if each in given else None,
            }
            for each in Purpose
        }
        print_json({"user_id": user_id, "consents": consents})
        return
    for each in Purpose:
        since = f"agreed {given[each]:%Y-%m-%d %H:%M} UTC" if each in given else "not agreed"
        out.print(f"{each.value:12} {since}")
        out.print(f"{'':12} {statement.of(each) or 'this server states no such purpose'}")


def group(
    user_id: SubjectName,
    attribute: Annotated[
        str | None, typer.Argument(help="As `department`; without it, show all.")
    ] = None,
    value: Annotated[str | None, typer.Argument(help="The group; without it, show.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Forget the group.")] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Note a person's group; all but the department need their consent to `fairness`."""
    from mien.bootstrap.clock import utc_now
    from mien.service.groups import put_group, show_groups

    with opened_store(data_dir, as_json=as_json) as work:
        subject_id = parse_subject_id(user_id)
        parsed = None if attribute is None else parse_attribute(attribute)
        if remove and (parsed is None or value is not None):
            raise InvalidRequestError("--remove takes an attribute, and no group")
        if parsed is not None and (value is not None or remove):
            noted = None if value is None else parse_group(value)
            put_group(work, subject_id, parsed, noted, utc_now())
        groups = show_groups(work, subject_id)
    shown = {each: name for each, name in groups.items() if parsed in {None, each}}
    if as_json:
        print_json({"user_id": user_id, "groups": shown})
        return
    for each, name in shown.items():
        out.print(f"{each:12} {name}", markup=False)
    if not shown:
        out.print("no group is noted")
