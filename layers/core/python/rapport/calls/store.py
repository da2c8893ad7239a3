"""The calls table: headers, segments, the event log, notes and actions (docs/access-patterns.md)."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from rapport.calls import keys
from rapport.calls.conversation import ScoredTurn, read_stored
from rapport.calls.model import (
    ActionTaken,
    Band,
    Call,
    CallEvent,
    CallStatus,
    CustomerData,
    Note,
    Role,
    Sentiment,
    TimelineEntry,
)
from rapport.calls.ports import Commit, KnownCustomer, StaleCallError, StoredCall
from rapport.calls.records import Turn, Utterance
from rapport.runtime.dynamodb import (
    AwsClient,
    Item,
    decode_cursor,
    dependency,
    encode_cursor,
    error_code,
    n,
    number,
    s,
    text,
)
from rapport.runtime.errors import DependencyUnavailableError

PARSED_HEADERS = 512
EVENT_DAYS = 1
UTTERANCE_DAYS = 2
CALL_DAYS = 400
DAY_S = 86_400
# A transaction holds at most 100 actions (DynamoDB quota); one is the header.
ACTIONS_PER_TRANSACTION = 95


class DynamoCallStore:
    """Implements `CallStore`, and what the desk and the live context read."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table
        # Headers read or written lately, by contact: reading one again at the same `seq` parses nothing.
        self._parsed: OrderedDict[str, StoredCall] = OrderedDict()

    # -- headers --

    def load(self, contact_id: str) -> StoredCall | None:
        """Access pattern: header of a call; one consistent read."""
        with dependency("the calls table"):
            answer = self._client.get_item(
                TableName=self._table,
                Key={"pk": s(keys.partition(contact_id)), "sk": s(keys.Prefix.HEADER)},
                ConsistentRead=True,
            )
        item = answer.get("Item")
        if not item:
            return None
        known = self._parsed.get(contact_id)
        if known is not None and str(known.call.seq) == item["seq"]["N"]:
            return known
        return self._remember(_header_from(item))

    def _remember(self, stored: StoredCall) -> StoredCall:
        self._parsed[stored.call.contact_id] = stored
        if len(self._parsed) > PARSED_HEADERS:
            self._parsed.popitem(last=False)
        return stored

    def list_calls(
        self, index: keys.Index, value: str, *, limit: int, cursor: str | None
    ) -> tuple[list[Call], str | None]:
        """Access pattern: calls by agent, team or customer, newest first; query of keys, then headers."""
        attribute = {
            keys.Index.BY_AGENT: "agent_id",
            keys.Index.BY_TEAM: "team",
            keys.Index.ACTIVE_BY_TEAM: "active_team",
            keys.Index.BY_CUSTOMER: "customer_id",
        }[index]
        start = decode_cursor(cursor, expected={"pk": "", "sk": keys.Prefix.HEADER, attribute: value, "started_at": ""})
        with dependency("the calls table"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=index.value,
                KeyConditionExpression="#k = :v",
                ExpressionAttributeNames={"#k": attribute},
                ExpressionAttributeValues={":v": s(value)},
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
            order = [item["pk"]["S"] for item in answer["Items"]]
            found = {item["pk"]["S"]: _header_from(item).call for item in self._headers(order)}
        return [found[pk] for pk in order if pk in found], encode_cursor(answer.get("LastEvaluatedKey"))

    def _headers(self, partitions: Sequence[str]) -> Iterator[Item]:
        wanted: list[dict[str, Any]] = [{"pk": s(pk), "sk": s(keys.Prefix.HEADER)} for pk in dict.fromkeys(partitions)]
        while wanted:
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": wanted[:100]}})
            yield from answer["Responses"].get(self._table, [])
            left = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
            wanted = [*left, *wanted[100:]]

    # -- segments --

    def load_segments(self, contact_id: str) -> tuple[list[ScoredTurn], list[Utterance]]:
        """Access pattern: everything a cold consumer folds again; two consistent queries."""
        turns = [_turn_from(item) for item in self._query(contact_id, keys.Prefix.SEGMENT)]
        pieces = [_piece_from(item) for item in self._query(contact_id, keys.Prefix.UTTERANCE)]
        return turns, pieces

    def timeline(
        self, contact_id: str, *, limit: int, cursor: str | None
    ) -> tuple[list[TimelineEntry], list[Utterance], str | None]:
        """Access pattern: timeline in the order of speech; a page, and on the last page the open pieces."""
        pk = keys.partition(contact_id)
        start = decode_cursor(cursor, expected={"pk": pk, "sk": ""})
        with dependency("the calls table"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
                ExpressionAttributeValues={":pk": s(pk), ":prefix": s(keys.Prefix.SEGMENT)},
                Limit=limit,
                ConsistentRead=True,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        following = encode_cursor(answer.get("LastEvaluatedKey"))
        pieces = [] if following else [_piece_from(item) for item in self._query(contact_id, keys.Prefix.UTTERANCE)]
        return [_turn_from(item).entry() for item in answer["Items"]], pieces, following

    def notes(self, contact_id: str) -> list[Note]:
        """Access pattern: notes of a call, oldest first."""
        return [Note.model_validate_json(item["json"]["S"]) for item in self._query(contact_id, keys.Prefix.NOTE)]

    def actions(self, contact_id: str) -> list[ActionTaken]:
        """Access pattern: actions on a call, oldest first."""
        found = self._query(contact_id, keys.Prefix.ACTION)
        return [ActionTaken.model_validate_json(item["json"]["S"]) for item in found]

    def events_after(self, contact_id: str, seq: int) -> list[CallEvent]:
        """Access pattern: live events after a number, in order; they are kept for a day."""
        items = self._query(contact_id, keys.Prefix.EVENT, after=keys.event(seq))
        return [CallEvent.model_validate_json(item["event"]["S"]) for item in items]

    def _query(self, contact_id: str, prefix: str, *, after: str | None = None) -> list[Item]:
        """All items of a call under a prefix, in key order, consistently."""
        condition = "pk = :pk AND begins_with(sk, :from)"
        values = {":pk": s(keys.partition(contact_id)), ":from": s(prefix)}
        if after is not None:
            condition = "pk = :pk AND sk BETWEEN :from AND :to"
            values[":from"], values[":to"] = s(after + "\x00"), s(prefix + "\uffff")
        items: list[Item] = []
        start: dict[str, Any] = {}
        with dependency("the calls table"):
            while True:
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ConsistentRead=True,
                    **start,
                )
                items.extend(answer["Items"])
                if not answer.get("LastEvaluatedKey"):
                    return items
                start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    # -- writing --

    def commit(self, commit: Commit) -> None:
        """Access pattern: state, entries and events together, on condition that `seq` is the expected one.

        More than fits into one transaction is split; each part moves `seq` to its own last event, so a
        reader between two parts sees a shorter but gapless log.
        """
        expected = commit.expected_seq
        for part in _parts(commit):
            self._transact(part, expected)
            expected = part.stored.call.seq
        self._remember(commit.stored)

    def _transact(self, commit: Commit, expected: int) -> None:
        call = commit.stored.call
        pk = s(keys.partition(call.contact_id))
        condition = "attribute_not_exists(pk)" if expected == 0 else "seq = :expected"
        header: dict[str, Any] = {
            "TableName": self._table,
            "Item": {"pk": pk, **_header_item(commit.stored)},
            "ConditionExpression": condition,
        }
        if expected:
            header["ExpressionAttributeValues"] = {":expected": n(expected)}
        actions: list[dict[str, Any]] = [{"Put": header}]
        actions += [self._delete(pk, sk) for sk in _deleted_keys(commit)]
        actions += [{"Put": {"TableName": self._table, "Item": {"pk": pk, **item}}} for item in _new_items(commit)]
        try:
            self._client.transact_write_items(TransactItems=actions)
        except ClientError as error:
            if _lost_lock(error):
                raise StaleCallError from error
            raise DependencyUnavailableError(f"the calls table did not answer: {error_code(error)}") from error
        except BotoCoreError as error:
            raise DependencyUnavailableError(f"the calls table did not answer: {type(error).__name__}") from error

    def _delete(self, pk: dict[str, str], sk: str) -> dict[str, Any]:
        return {"Delete": {"TableName": self._table, "Key": {"pk": pk, "sk": s(sk)}}}


def _lost_lock(error: ClientError) -> bool:
    """A cancelled transaction whose reasons are a failed condition or a concurrent transaction."""
    if error_code(error) != "TransactionCanceledException":
        return error_code(error) == "TransactionConflictException"
    reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    return bool(reasons & {"ConditionalCheckFailed", "TransactionConflict"})


def _parts(commit: Commit) -> Iterator[Commit]:
    """The commit, split so that each part fits into one transaction.

    Every part carries at least one event, because `seq` is the lock. Each new turn has one, so forty
    changes and forty events fit together; deletions, which have none, are spread over the parts.
    """
    changes: list[tuple[str, Any]] = [("turns", turn) for turn in commit.turns]
    changes += [("pieces", piece) for piece in commit.pieces]
    changes += [("finished_pieces", piece_id) for piece_id in commit.finished_pieces]
    changes += [("moved", turn) for turn in commit.moved]
    size = len(changes) + len(commit.events)
    if size <= ACTIONS_PER_TRANSACTION:
        yield commit
        return
    count = min(-(-size // ACTIONS_PER_TRANSACTION) + 1, len(commit.events))
    for part in range(count):
        events = commit.events[part * len(commit.events) // count : (part + 1) * len(commit.events) // count]
        chunk = changes[part * len(changes) // count : (part + 1) * len(changes) // count]
        groups: dict[str, Any] = {
            name: tuple(value for kind, value in chunk if kind == name)
            for name in ("turns", "pieces", "finished_pieces", "moved")
        }
        stored = replace(commit.stored, call=commit.stored.call.model_copy(update={"seq": events[-1].seq}))
        if part < count - 1:
            groups |= {"note": None, "action": None}
        yield replace(commit, stored=stored, events=events, **groups)


def _deleted_keys(commit: Commit) -> list[str]:
    moved = {keys.segment(turn.begin_ms, turn.id) for turn in commit.moved}
    written = {keys.segment(scored.turn.begin_ms, scored.turn.id) for scored in commit.turns}
    return [*sorted(moved - written), *map(keys.utterance, commit.finished_pieces)]


def _expiry(days: int, at_ms: int) -> dict[str, str]:
    return n(at_ms // 1000 + days * DAY_S)


def _new_items(commit: Commit) -> Iterator[Item]:
    call = commit.stored.call
    base = {"schema_version": n(keys.SCHEMA_VERSION)}
    kept = {**base, "expires_at": _expiry(CALL_DAYS, call.started_at)}
    for scored in commit.turns:
        yield {**kept, **_turn_item(scored)}
    for piece in commit.pieces:
        yield {**base, "expires_at": _expiry(UTTERANCE_DAYS, call.started_at), **_piece_item(piece)}
    for event in commit.events:
        yield {**base, "expires_at": _expiry(EVENT_DAYS, event.at), **_event_item(event)}
    if commit.note is not None:
        yield {**kept, "sk": s(keys.note(commit.note.note_id)), "json": s(commit.note.model_dump_json())}
    if commit.action is not None:
        yield {**kept, "sk": s(keys.action(commit.action.action_id)), "json": s(commit.action.model_dump_json())}


def _header_item(stored: StoredCall) -> Item:
    call = stored.call
    item: Item = {
        "sk": s(keys.Prefix.HEADER),
        "schema_version": n(keys.SCHEMA_VERSION),
        "expires_at": _expiry(CALL_DAYS, call.started_at),
        "seq": n(call.seq),
        "started_at": n(call.started_at),
        "json": s(call.model_dump_json(exclude_defaults=True)),
        "facts": s(
            json.dumps(
                {
                    "language": stored.language,
                    "started": stored.started,
                    "completed": stored.completed,
                    "failed": stored.failed,
                    "summary": stored.summary,
                    "record_updated_at": stored.record_updated_at,
                    "previous_contact_id": stored.previous_contact_id,
                    "known": asdict(stored.known) if stored.known else None,
                }
            )
        ),
    }
    for name in ("agent_id", "team", "customer_id"):
        value = getattr(call, name)
        if value:
            item[name] = s(value)
    if call.team and call.status is not CallStatus.ENDED:
        item["active_team"] = s(call.team)
    return item


def _header_from(item: Item) -> StoredCall:
    facts = json.loads(item["facts"]["S"])
    known = facts.pop("known", None)
    return StoredCall(
        call=Call.model_validate_json(item["json"]["S"]),
        known=KnownCustomer(**{**known, "data": CustomerData(known["data"])}) if known else None,
        **facts,
    )


def _turn_item(scored: ScoredTurn) -> Item:
    turn = scored.turn
    item: Item = {
        "sk": s(keys.segment(turn.begin_ms, turn.id)),
        "segment_id": s(turn.id),
        "role": s(turn.role),
        "participant_id": s(turn.participant_id),
        "content": s(turn.content),
        "begin_ms": n(turn.begin_ms),
        "end_ms": n(turn.end_ms),
    }
    if turn.sentiment is not None:
        item["sentiment"] = s(turn.sentiment)
    if turn.role is Role.CUSTOMER:
        item["intents"] = {"L": [s(intent) for intent in scored.analysis.intents]}
    if turn.issues:
        item["issues"] = {"L": [s(issue) for issue in turn.issues]}
    if scored.score is not None and scored.band is not None:
        item["score"], item["band"] = n(scored.score), s(scored.band)
    return item


def _turn_from(item: Item) -> ScoredTurn:
    sentiment, band = text(item, "sentiment"), text(item, "band")
    turn = Turn(
        id=item["segment_id"]["S"],
        role=Role(item["role"]["S"]),
        participant_id=item["participant_id"]["S"],
        content=item["content"]["S"],
        begin_ms=int(item["begin_ms"]["N"]),
        end_ms=int(item["end_ms"]["N"]),
        sentiment=Sentiment(sentiment) if sentiment else None,
        issues=tuple(issue["S"] for issue in item.get("issues", {}).get("L", [])),
    )
    intents = tuple(intent["S"] for intent in item["intents"]["L"]) if "intents" in item else None
    return read_stored(turn, number(item, "score"), Band(band) if band else None, intents)


def _piece_item(piece: Utterance) -> Item:
    item: Item = {
        "sk": s(keys.utterance(piece.id)),
        "utterance_id": s(piece.id),
        "role": s(piece.role),
        "participant_id": s(piece.participant_id),
        "content": s(piece.content),
        "begin_ms": n(piece.begin_ms),
        "end_ms": n(piece.end_ms),
    }
    if piece.transcript_id is not None:
        item["transcript_id"] = s(piece.transcript_id)
    return item


def _piece_from(item: Item) -> Utterance:
    return Utterance(
        id=item["utterance_id"]["S"],
        transcript_id=text(item, "transcript_id"),
        role=Role(item["role"]["S"]),
        participant_id=item["participant_id"]["S"],
        content=item["content"]["S"],
        begin_ms=int(item["begin_ms"]["N"]),
        end_ms=int(item["end_ms"]["N"]),
    )


def _event_item(event: CallEvent) -> Item:
    return {
        "sk": s(keys.event(event.seq)),
        "contact_id": s(event.contact_id),
        "seq": n(event.seq),
        "event": s(event.model_dump_json(exclude_none=True)),
    }
