"""The defects seen in public consumers of Connect's segment stream, none of which is ours; and its shapes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rapport.calls.model import AnalysisStatus, CallStatus, Channel, Role, SentimentSource
from rapport.calls.records import Category, Turn, parse_record
from rapport.runtime.errors import DependencyUnavailableError, PoisonRecordError

from tests.builders.calls import CONTACT, Bench, category, chat, raw, transcript, utterance, voice


def entries(bench: Bench, contact: str = CONTACT) -> list[tuple[str, str, bool]]:
    return [(e.segment_id, e.content, e.partial) for e in bench.store.state(contact)["timeline"]]


# -- the defect list --


def test_a_failed_write_is_reported_and_not_swallowed() -> None:
    bench = Bench()
    bench.store.fail_next = [DependencyUnavailableError("throttled")]
    record = voice("SEGMENTS", transcript(1))
    assert bench.consumer().consume([raw(record, 7)]) == [raw(record, 7).sequence_number]
    assert bench.deliver(record) == []
    assert len(entries(bench)) == 1


def test_a_redelivered_utterance_leaves_the_text_once() -> None:
    bench = Bench()
    piece = voice("SEGMENTS", utterance(1, 0, content="hello"))
    bench.deliver(piece, piece)
    bench.deliver(piece)
    assert [piece.content for piece in bench.store.pieces.values()] == ["hello"]


def test_pieces_survive_a_cold_start_and_go_when_the_final_turn_comes() -> None:
    bench = Bench()
    bench.deliver(voice("SEGMENTS", utterance(1, 0, content="hel")))
    bench.deliver(voice("SEGMENTS", utterance(1, 1, content="lo")))
    assert len(bench.store.pieces) == 2
    bench.deliver(voice("SEGMENTS", transcript(1, content="hello")))
    assert bench.store.pieces == {}
    assert entries(bench) == [("turn-001", "hello", False)]


def test_pieces_after_their_final_turn_change_nothing() -> None:
    bench = Bench()
    bench.deliver(voice("SEGMENTS", transcript(1, content="hello")))
    bench.deliver(voice("SEGMENTS", utterance(1, 0, content="hel")))
    assert bench.store.pieces == {}


def test_a_category_without_points_of_interest_is_matched() -> None:
    bench = Bench()
    bench.deliver(voice("SEGMENTS", category("NegativeCustomer")))
    assert [match.name for match in bench.store.headers[CONTACT].call.insights.categories] == ["NegativeCustomer"]


def test_an_utterance_without_transcript_id_is_kept_by_its_own_id() -> None:
    bench = Bench()
    assert bench.deliver(voice("SEGMENTS", utterance(1, 0, TranscriptId=None))) == []
    assert [piece.transcript_id for piece in bench.store.pieces.values()] == [None]


def test_start_segments_and_end_in_one_batch_do_not_race() -> None:
    bench = Bench()
    bench.deliver(voice("STARTED"), voice("SEGMENTS", transcript(1), transcript(2)), voice("COMPLETED"))
    call = bench.store.headers[CONTACT].call
    assert (call.analysis, call.status, call.insights.segment_count) == (
        AnalysisStatus.COMPLETED,
        CallStatus.ENDED,
        2,
    )


def test_two_calls_in_one_batch_are_not_mixed() -> None:
    bench = Bench()
    bench.deliver(
        voice("STARTED", contact="a"),
        voice("STARTED", contact="b"),
        voice("SEGMENTS", transcript(1, content="for a"), contact="a"),
        voice("SEGMENTS", transcript(1, content="for b"), contact="b"),
    )
    assert entries(bench, "a")[0][1] == "for a"
    assert entries(bench, "b")[0][1] == "for b"


def test_neutral_turns_count_in_the_mean_sentiment() -> None:
    bench = Bench()
    sentiments = ["NEGATIVE", "NEUTRAL", "NEUTRAL", "NEUTRAL"]
    bench.deliver(voice("SEGMENTS", *(transcript(i, Sentiment=name) for i, name in enumerate(sentiments, 1))))
    assert bench.store.headers[CONTACT].call.insights.sentiment.customer == -0.25


def test_a_category_sent_again_with_more_points_is_one_category() -> None:
    bench = Bench()
    bench.deliver(voice("SEGMENTS", category("Card", (0, 10))), voice("SEGMENTS", category("Card", (0, 10), (20, 30))))
    (match,) = bench.store.headers[CONTACT].call.insights.categories
    assert match.points_of_interest == ((0, 10), (20, 30))


# -- lifecycle --


def test_failed_analysis_means_no_score_whatever_comes_after() -> None:
    bench = Bench()
    bench.deliver(voice("SEGMENTS", transcript(1)), voice("FAILED"), voice("SEGMENTS", transcript(2)))
    call = bench.store.headers[CONTACT].call
    assert call.analysis is AnalysisStatus.FAILED
    assert call.score is None
    assert len(entries(bench)) == 2


def test_a_second_start_changes_nothing() -> None:
    bench = Bench()
    bench.deliver(voice("STARTED"), voice("SEGMENTS", transcript(1)))
    before = bench.store.state()
    bench.deliver(voice("STARTED"))
    assert bench.store.state() == before


def test_completed_may_come_second() -> None:
    bench = Bench()
    bench.deliver(voice("STARTED"), voice("COMPLETED"), voice("SEGMENTS", transcript(1)))
    assert bench.store.headers[CONTACT].call.insights.segment_count == 1


def test_a_poison_record_goes_to_the_queue_and_the_batch_goes_on() -> None:
    bench = Bench()
    assert bench.deliver(voice("STARTED"), b"\x00not json", voice("SEGMENTS", transcript(1))) == []
    ((record, reason),) = bench.poison.received
    assert record.data == b"\x00not json"
    assert "not JSON" in reason
    assert len(entries(bench)) == 1


def test_poison_that_cannot_be_kept_is_delivered_again() -> None:
    bench = Bench()
    bench.poison.broken = DependencyUnavailableError("queue")
    assert bench.consumer().consume([raw(b"{", 3)]) == [raw(b"{", 3).sequence_number]


def test_a_chat_record_on_the_voice_stream_is_a_chat() -> None:
    bench = Bench()
    item = {
        "Transcript": {
            "Id": "m1",
            "ParticipantId": "CUSTOMER",
            "ParticipantRole": "CUSTOMER",
            "Content": "今月は払えません",
            "ContentType": "text/plain",
            "Time": {"AbsoluteTime": "2026-11-21T05:00:00.000Z"},
        }
    }
    bench.deliver(chat("STARTED"), chat("SEGMENTS", item, {"Event": {"Id": "e1"}}), chat("COMPLETED"))
    call = bench.store.headers[CONTACT].call
    assert call.channel is Channel.CHAT
    assert call.insights.payment_trouble_count == 1
    (entry,) = bench.store.state()["timeline"]
    assert entry.begin_ms == 1_795_237_200_000


# -- shapes --


def parsed(record: dict[str, Any]) -> tuple[Any, ...]:
    return parse_record(json.dumps(record).encode()).facts


def test_issues_are_slices_of_the_text() -> None:
    issue = [{"CharacterOffsets": {"BeginOffsetChar": 4, "EndOffsetChar": 8}}]
    (turn,) = parsed(voice("SEGMENTS", transcript(1, content="the card broke", IssuesDetected=issue)))
    assert turn.issues == ("card",)


@pytest.mark.parametrize("role", ["CUSTOM_BOT", "SUPERVISOR", "SOMETHING_NEW", None, 7])
def test_a_role_nobody_knows_is_not_fatal(role: Any) -> None:
    (turn,) = parsed(voice("SEGMENTS", transcript(1, ParticipantRole=role)))
    assert turn.role in {Role.BOT, Role.SUPERVISOR, Role.OTHER}


@pytest.mark.parametrize("name", ["ExtractedInformation", "Attachments", "Event", "SomethingNew"])
def test_segment_kinds_nobody_knows_are_skipped(name: str) -> None:
    facts = parsed(voice("SEGMENTS", {name: {"x": [1]}}, transcript(1)))
    assert [type(fact) for fact in facts] == [Turn]


def test_points_of_interest_of_chat_have_no_place() -> None:
    detail = {"Hardship": {"PointsOfInterest": [{"TranscriptItems": [{"Id": "m1"}]}]}}
    segment = {"Categories": {"MatchedCategories": ["Hardship"], "MatchedDetails": detail}}
    assert parsed(chat("SEGMENTS", segment)) == (Category("Hardship", ()),)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"EventType": "SEGMENTS"}, "ContactId"),
        ({"ContactId": "c", "EventType": "PAUSED"}, "EventType"),
        ({"ContactId": "c", "EventType": "SEGMENTS", "Segments": {}}, "Segments"),
        ({"ContactId": "c", "EventType": "SEGMENTS", "Segments": [1]}, "Segments[0]"),
        (voice("SEGMENTS", {"Transcript": {"Id": "x"}}), "Segments[0].Transcript.BeginOffsetMillis"),
        (voice("SEGMENTS", transcript(1, Id=None)), "Segments[0].Transcript.Id"),
        (voice("SEGMENTS", transcript(1, content=7)), "Segments[0].Transcript.Content"),  # type: ignore[arg-type]
    ],
)
def test_an_unreadable_record_names_the_field(record: dict[str, Any], field: str) -> None:
    with pytest.raises(PoisonRecordError) as refused:
        parse_record(json.dumps(record).encode())
    assert refused.value.field == field
    assert field in refused.value.detail


def test_sentiment_is_contact_lenss_own_when_it_is_sent_and_the_lexicons_otherwise() -> None:
    bench = Bench()
    bench.deliver(
        voice("SEGMENTS", transcript(1, content="this is terrible", Sentiment="POSITIVE")),
        voice("SEGMENTS", transcript(2, content="this is terrible")),
    )
    first, second = bench.store.state()["timeline"]
    assert (first.sentiment, first.sentiment_source) == ("POSITIVE", SentimentSource.CONTACT_LENS)
    assert (second.sentiment, second.sentiment_source) == ("NEGATIVE", SentimentSource.LEXICON)
