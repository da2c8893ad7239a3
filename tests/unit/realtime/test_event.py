"""What an event of the intelligence stream is."""

import pytest
from pydantic import ValidationError
from rapport.realtime.event import Event, EventKind

CALL = {"event_id": "e-1", "kind": "call", "name": "call.ended", "at": 1_760_000_000_000, "user_id": "C1"}


def test_a_record_reads_back_as_the_event_it_was_written_from() -> None:
    event = Event.model_validate({**CALL, "attributes": {"answered": True, "duration_s": 61, "channel": "voice"}})

    assert Event.model_validate_json(event.encoded()) == event
    assert event.kind is EventKind.CALL
    assert (event.flag("answered"), event.figure("duration_s"), event.text("channel")) == (True, 61.0, "voice")


def test_an_attribute_of_another_type_reads_as_absent() -> None:
    event = Event.model_validate({**CALL, "attributes": {"answered": True, "duration_s": "long", "channel": 1.0}})

    assert event.figure("answered") is None
    assert event.figure("duration_s") is None
    assert event.text("channel") is None


def test_events_of_one_caller_share_a_partition_and_so_do_those_of_one_user() -> None:
    token = "n_" + "a" * 26

    assert Event.model_validate({**CALL, "caller": token}).partition == token
    assert Event.model_validate(CALL).partition == "C1"
    assert Event.model_validate({**CALL, "user_id": None}).partition == "e-1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_id", "with space"),
        ("event_id", "x" * 65),
        ("kind", "gossip"),
        ("name", "Call.Ended"),
        ("at", -1),
        ("at", 1.5),
        ("at", "1760000000000"),
        ("caller", "+81312345678"),
        ("attributes", {"Upper": 1}),
        ("attributes", {"text": "x" * 201}),
        ("attributes", {"list": [1]}),
        ("attributes", {"none": None}),
        ("attributes", {"infinite": float("inf")}),
        ("attributes", {f"a{number}": 1 for number in range(25)}),
        ("unknown", 1),
    ],
)
def test_what_is_out_of_bounds_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Event.model_validate({**CALL, field: value})
