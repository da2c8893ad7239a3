"""Whatever the stream does, the state is that of the clean order."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.calls import CONTACT, Bench, category, chat, folded, raw, transcript, utterance, voice


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
SENTENCES = (
    "hello this is example bank",
    "i lost my job and i can't pay this month",
    "i will pay two hundred on friday",
    "今月は払えません",
    "分割払いにできますか",
    "that is not my charge",
    "[noise]",
    "",
    "thank you so much",
)


@st.composite
def calls(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The records of one call in clean order, with every kind of segment."""
    records = [voice("STARTED")]
    for number in range(draw(st.integers(1, 7))):
        role = draw(st.sampled_from(["AGENT", "CUSTOMER", "SYSTEM", "SOMETHING_NEW"]))
        text = draw(st.sampled_from(SENTENCES))
        begin = draw(st.integers(0, 30_000))
        more: dict[str, Any] = {}
        if draw(st.booleans()):
            more["Sentiment"] = draw(st.sampled_from(["POSITIVE", "NEUTRAL", "NEGATIVE"]))
        for piece in range(draw(st.integers(0, 2))):
            link = draw(st.sampled_from([{}, {"TranscriptId": None}]))
            records.append(voice("SEGMENTS", utterance(number, piece, role, text[:5], **link)))
        if draw(st.integers(0, 4)):
            records.append(voice("SEGMENTS", transcript(number, role, text, begin=begin, **more)))
    if draw(st.booleans()):
        points = draw(st.sampled_from([(), ((0, 500),), ((20_000, 21_000),)]))
        records.append(voice("SEGMENTS", category("Hardship", *points)))
    if draw(st.booleans()):
        records.append(chat("SEGMENTS", {"Attachments": {"x": 1}}))
    records.append(voice(draw(st.sampled_from(["COMPLETED", "COMPLETED", "FAILED"]))))
    return records


@settings(max_examples=120, deadline=None)
@given(data=st.data(), records=calls())
def test_any_permutation_with_duplicates_batches_and_restarts_gives_the_clean_state(
    data: st.DataObject, records: list[dict[str, Any]]
) -> None:
    clean = folded(records)
    delivered = data.draw(st.permutations(records + data.draw(st.lists(st.sampled_from(records), max_size=6))))
    bench = Bench()
    consumers = [bench.consumer(), bench.consumer()]
    while delivered:
        size = data.draw(st.integers(1, len(delivered)))
        batch, delivered = delivered[:size], delivered[size:]
        which = data.draw(st.integers(0, 2))
        consumer = bench.consumer() if which == 2 else consumers[which]
        assert consumer.consume([raw(record, n) for n, record in enumerate(batch, 1)]) == []
    assert bench.store.state() == clean
    assert [event.seq for event in bench.store.log[CONTACT]] == list(range(1, len(bench.store.log[CONTACT]) + 1))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), records=calls())
def test_a_replay_of_everything_changes_nothing(data: st.DataObject, records: list[dict[str, Any]]) -> None:
    bench = Bench()
    bench.deliver(*records)
    before, commits = bench.store.state(), bench.store.commits
    bench.deliver(*data.draw(st.permutations(records)))
    assert bench.store.state() == before
    assert bench.store.commits == commits


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | JSON.map(as_bytes))
def test_no_bytes_whatsoever_stop_the_consumer(data: bytes) -> None:
    bench = Bench()
    assert bench.deliver(data, voice("STARTED")) == []
    assert len(bench.poison.received) == 1
    assert CONTACT in bench.store.headers
