"""The audit trail: chained, by day, under pseudonyms, and telling when it was touched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rapport.audit.model import Action, Entry
from rapport.audit.reading import Filter, TrailReader
from rapport.audit.service import ContendedTrailError, Head, Trail
from rapport.audit.store import DynamoTrailStore
from rapport.identity.limits import shortened
from rapport.runtime.errors import InvalidInputError

from tests.builders.identity import TABLE, identity_table

DAY_MS = 86_400_000
START = 1_790_000_000_000
TODAY, TOMORROW = "2026-09-21", "2026-09-22"


class Archive:
    """A trail at a time of its own."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.now = START
        self.store = DynamoTrailStore(client, TABLE)
        self.trail = Trail(self.store, lambda: self.now, shortened, lambda seconds: None)

    def change(self, day: str, seq: int, **update: Any) -> None:
        """Rewrite an entry as somebody with the table's rights would."""
        entry = next(entry for entry in self.store.entries(day) if entry.seq == seq)
        key = {"pk": {"S": f"AUDIT#{day}"}, "sk": {"S": f"ENTRY#{seq:08d}"}}
        text = {"S": entry.model_copy(update=update).model_dump_json()}
        self.client.put_item(TableName=TABLE, Item={**key, "json": text})

    def remove(self, day: str, seq: int) -> None:
        key = {"pk": {"S": f"AUDIT#{day}"}, "sk": {"S": f"ENTRY#{seq:08d}"}}
        self.client.delete_item(TableName=TABLE, Key=key)


@pytest.fixture
def archive() -> Iterator[Archive]:
    with identity_table() as client:
        yield Archive(client)


def test_entries_are_chained_and_days_follow_each_other(archive: Archive) -> None:
    for _ in range(3):
        archive.trail.record(Action.SIGNED_IN, actor="mei", person="mei", address="203.0.113.7")
    archive.now += DAY_MS
    archive.trail.record(Action.SIGNED_OUT, actor="mei", person="mei")
    assert [entry.seq for entry in archive.store.entries(TODAY)] == [1, 2, 3, 4]
    opened = archive.store.entries(TOMORROW)[0]
    assert opened.data == {"previous_day": TODAY, "previous_hash": archive.store.entries(TODAY)[-1].hash}
    assert archive.trail.integrity(TODAY).intact
    assert archive.trail.integrity(TOMORROW).intact
    assert archive.store.counts(TODAY) == {Action.DAY_OPENED: 1, Action.SIGNED_IN: 3}


def test_a_changed_a_missing_and_a_cut_off_entry_show(archive: Archive) -> None:
    for _ in range(4):
        archive.trail.record(Action.SIGNED_IN, actor="mei")
    archive.change(TODAY, 3, address="10.0.0.0/24")
    assert archive.trail.integrity(TODAY).broken_at == 3
    archive.change(TODAY, 3, address=None)
    assert archive.trail.integrity(TODAY).intact
    archive.remove(TODAY, 5)
    cut = archive.trail.integrity(TODAY)
    assert (cut.intact, cut.problem) == (False, "the last entries are missing")
    archive.remove(TODAY, 2)
    assert archive.trail.integrity(TODAY).broken_at == 2


def test_a_day_that_was_cut_off_later_shows_on_the_next_one(archive: Archive) -> None:
    archive.trail.record(Action.SIGNED_IN, actor="mei")
    archive.now += DAY_MS
    archive.trail.record(Action.SIGNED_IN, actor="mei")
    archive.remove(TODAY, 2)
    assert archive.trail.integrity(TOMORROW).problem == f"the end of {TODAY} is not as it was"


def test_people_are_pseudonyms_and_their_meaning_can_be_forgotten(archive: Archive) -> None:
    archive.trail.record(Action.SIGNED_IN, actor="mei", person="mei")
    archive.trail.record(Action.USER_DISABLED, actor="admin", person="mei", data={"reason": "asked"})
    archive.trail.record(Action.SIGN_IN_FAILED, actor=None, person="nobody")
    signed_in, disabled, failed = archive.store.entries(TODAY)[1:]
    assert signed_in.actor == signed_in.person == disabled.person
    assert disabled.actor != disabled.person
    assert failed.person is None
    assert "mei" not in "".join(entry.model_dump_json() for entry in (signed_in, disabled))
    names = {signed_in.actor or "", disabled.actor or ""}
    assert set(archive.store.names(names).values()) == {"mei", "admin"}
    archive.store.forget("mei")
    archive.store.forget("mei")
    assert set(archive.store.names(names).values()) == {"admin"}
    assert archive.trail.integrity(TODAY).intact


def test_a_lost_race_is_tried_again(archive: Archive) -> None:
    archive.trail.record(Action.SIGNED_IN, actor="mei")
    append = archive.store.append

    def rivalled(entry: Entry, before: Head | None, after: Head) -> None:
        archive.store.append = append  # type: ignore[method-assign]
        archive.trail.record(Action.SIGNED_OUT, actor="ken")
        append(entry, before, after)

    archive.store.append = rivalled  # type: ignore[method-assign]
    archive.trail.record(Action.EXPORTED, actor="mei")
    assert [entry.action for entry in archive.store.entries(TODAY)[2:]] == [Action.SIGNED_OUT, Action.EXPORTED]
    assert archive.trail.integrity(TODAY).intact


def test_an_entry_is_written_on_condition_of_the_head(archive: Archive) -> None:
    archive.trail.record(Action.SIGNED_IN, actor="mei")
    entry = Entry(seq=9, at=START, action=Action.SIGNED_OUT).sealed()
    with pytest.raises(ContendedTrailError):
        archive.store.append(entry, Head(TODAY, 1, "another"), Head(TODAY, 9, entry.hash))


def test_the_trail_is_read_by_action_and_person_page_by_page(archive: Archive) -> None:
    for turn in range(30):
        archive.trail.record(Action.SIGNED_IN, actor="mei" if turn % 3 else "ken")
    archive.trail.record(Action.EXPORTED, actor="ken", person="ken")
    reader = TrailReader(archive.store)
    everything = reader.page(TODAY, Filter(), limit=20, cursor=None)
    assert len(everything.entries) == 20
    assert everything.entries[0].action is Action.EXPORTED
    rest = reader.page(TODAY, Filter(), limit=20, cursor=everything.next_cursor)
    assert (len(rest.entries), rest.next_cursor) == (12, None)
    kens = reader.page(TODAY, Filter(username="ken"), limit=60, cursor=None)
    assert len(kens.entries) == 11
    assert reader.page(TODAY, Filter(action=Action.EXPORTED), limit=5, cursor=None).entries[0].actor is not None
    assert reader.page(TODAY, Filter(username="nobody"), limit=5, cursor=None).entries == []
    with pytest.raises(InvalidInputError):
        reader.page(TOMORROW, Filter(), limit=20, cursor=everything.next_cursor)


def test_a_day_without_entries_is_whole(archive: Archive) -> None:
    assert archive.trail.integrity("2020-01-01").intact
