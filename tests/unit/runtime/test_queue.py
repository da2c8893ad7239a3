"""Events that waited in a queue: each for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rapport.runtime.queue import each_event

from tests.builders.queue import queued


@given(st.lists(st.booleans(), max_size=10))
def test_every_event_is_taken_and_those_that_fail_come_again(fails: list[bool]) -> None:
    taken: list[int] = []

    def take(detail: Mapping[str, Any]) -> None:
        if fails[detail["number"]]:
            raise ValueError("no")
        taken.append(detail["number"])

    answer = each_event(queued(*({"number": number} for number in range(len(fails)))), take)
    assert taken == [number for number, failing in enumerate(fails) if not failing]
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == [
        f"m-{number}" for number, failing in enumerate(fails) if failing
    ]


def test_what_is_no_event_does_not_take_its_neighbours_along() -> None:
    batch = queued({"number": 0}, {"number": 1})
    batch["Records"][0]["body"] = "{"
    taken: list[int] = []
    answer = each_event(batch, lambda detail: taken.append(detail["number"]))
    assert (taken, answer) == ([1], {"batchItemFailures": [{"itemIdentifier": "m-0"}]})
