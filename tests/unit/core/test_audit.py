"""The chain: whatever is changed in it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mien.core.audit import GENESIS, AuditAction, AuditEntry, AuditEvent, Pseudonym, chain
from mien.core.policy import Reason
from mien.core.scoring import FalseMatchRate

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DENIAL = AuditEvent(
    action=AuditAction.AUTHENTICATE,
    at=NOON,
    actor="key:1f2e3d4c",
    subject=Pseudonym("0123456789abcdef0123456789abcdef"),
    accepted=False,
    reason=Reason.LOW_CONFIDENCE,
    false_match_rate=FalseMatchRate(0.21),
    details={"purpose": "Tür", "samples": 3},
)

details = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers(), max_size=3)
events = st.builds(
    AuditEvent,
    action=st.sampled_from(AuditAction),
    at=st.datetimes(timezones=st.just(UTC)),
    actor=st.text(max_size=12),
    subject=st.none() | st.text(max_size=4).map(Pseudonym),
    accepted=st.none() | st.booleans(),
    reason=st.none() | st.sampled_from(Reason),
    false_match_rate=st.none() | st.floats(0, 1).map(FalseMatchRate),
    details=details,
)
logs = st.lists(events, min_size=1, max_size=6)


def linked(log: Sequence[AuditEvent]) -> list[AuditEntry]:
    """Chain events up as the store does."""
    entries: list[AuditEntry] = []
    for sequence, event in enumerate(log, start=1):
        entries.append(chain(entries[-1].digest if entries else GENESIS, sequence, event))
    return entries


def is_unbroken(entries: Sequence[AuditEntry]) -> bool:
    """Check a chain as an auditor does."""
    digest = GENESIS
    for sequence, entry in enumerate(entries, start=1):
        digest = chain(digest, sequence, entry.event).digest
        if (entry.sequence, entry.digest) != (sequence, digest):
            return False
    return True


def test_the_digest_of_an_event_never_changes() -> None:
    """A version of mien that computed another would call every older log tampered with."""
    assert (
        chain(GENESIS, 1, DENIAL).digest.hex()
        == "b0d20f4e639e9256d6b07a3d36cb89c0b6ceaa02c21f60c1949b5fc1ec6e83e9"
    )


def test_the_digest_does_not_depend_on_the_time_zone_or_the_order_of_details() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
    turned = replace(DENIAL, at=elsewhere, details={"samples": 3, "purpose": "Tür"})
    assert chain(GENESIS, 1, turned) == chain(GENESIS, 1, DENIAL)


@given(logs)
def test_an_honest_chain_is_unbroken(log: list[AuditEvent]) -> None:
    assert is_unbroken(linked(log))


@pytest.mark.parametrize(
    "field",
    ["action", "at", "actor", "subject", "accepted", "reason", "false_match_rate", "details"],
)
@given(data=st.data(), log=logs)
def test_any_changed_field_breaks_it(
    data: st.DataObject, log: list[AuditEvent], field: str
) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    changed = replace(log[place], **{field: getattr(data.draw(events), field)})
    assume(changed.canonical() != log[place].canonical())
    entries = linked(log)
    entries[place] = replace(entries[place], event=changed)
    assert not is_unbroken(entries)


@given(data=st.data(), log=logs)
def test_a_removed_entry_breaks_it_unless_it_is_the_last(
    data: st.DataObject, log: list[AuditEvent]
) -> None:
    assume(len(log) > 1)
    entries = linked(log)
    del entries[data.draw(st.integers(0, len(log) - 2))]
    assert not is_unbroken(entries)


@given(data=st.data(), log=logs)
def test_swapped_entries_break_it(data: st.DataObject, log: list[AuditEvent]) -> None:
    assume(len(log) > 1)
    one, other = data.draw(
        st.lists(st.integers(0, len(log) - 1), min_size=2, max_size=2, unique=True)
    )
    entries = linked(log)
    entries[one], entries[other] = entries[other], entries[one]
    assert not is_unbroken(entries)
    renumbered = [replace(entry, sequence=place) for place, entry in enumerate(entries, start=1)]
    assert not is_unbroken(renumbered)


@given(data=st.data(), log=logs)
def test_a_doubled_entry_breaks_it(data: st.DataObject, log: list[AuditEvent]) -> None:
    entries = linked(log)
    place = data.draw(st.integers(0, len(log) - 1))
    entries.insert(place, entries[place])
    assert not is_unbroken(entries)
    renumbered = [replace(entry, sequence=place) for place, entry in enumerate(entries, start=1)]
    assert not is_unbroken(renumbered)


@given(data=st.data(), log=logs, event=events)
def test_an_inserted_entry_breaks_it_even_when_it_follows_the_one_before(
    data: st.DataObject, log: list[AuditEvent], event: AuditEvent
) -> None:
    entries = linked(log)
    place = data.draw(st.integers(0, len(log) - 1))
    previous = entries[place - 1].digest if place else GENESIS
    entries.insert(place, chain(previous, place + 1, event))
    renumbered = [replace(entry, sequence=place) for place, entry in enumerate(entries, start=1)]
    assert not is_unbroken(renumbered)


@given(one=events, other=events)
def test_two_events_share_a_digest_only_when_they_are_the_same(
    one: AuditEvent, other: AuditEvent
) -> None:
    same = one.canonical() == other.canonical()
    assert (chain(GENESIS, 1, one).digest == chain(GENESIS, 1, other).digest) is same
