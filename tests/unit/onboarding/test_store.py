"""The onboarding table keeps what the workflow and its API need of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws
from rapport.onboarding.model import Application, Event, EventType, State, Wait
from rapport.onboarding.ports import StaleError
from rapport.onboarding.progress import apply, audited, following, started
from rapport.onboarding.store import ApplicationQuery, DynamoJournal, DynamoSightings, DynamoTokens, ResumeTokens

from infra.stacks.data import ONBOARDING_INDEXES
from tests.builders.dynamodb import aws_client, create_table
from tests.builders.onboarding import APPLICATION, NOW, applicant

TABLE = "onboarding"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = aws_client("dynamodb")
        create_table(client, TABLE, ONBOARDING_INDEXES)
        yield client


@pytest.fixture
def journal(dynamodb: Any) -> DynamoJournal:
    return DynamoJournal(dynamodb, TABLE)


def first(application_id: str = APPLICATION, *, at: int = NOW) -> Event:
    detail = {"product": "current_account", "language": "ja", "definition_version": "1"}
    return following(
        None,
        application_id=application_id,
        type=EventType.STARTED,
        at=at,
        by="applicant",
        state=State.SCREENING,
        detail=detail,
    )


def begun(
    journal: DynamoJournal, application_id: str = APPLICATION, username: str = "mei.ito", **given: Any
) -> Application:
    event = first(application_id, **given)
    application = started(event, username)
    journal.begin(application, event, applicant(application_id=application_id, username=username))
    return application


def moved(journal: DynamoJournal, application: Application, state: State, at: int = NOW + 1) -> Application:
    event = following(
        application,
        application_id=application.application_id,
        type=EventType.CLOSED if state.over else EventType.SCREENED,
        at=at,
        by="system",
        state=state,
        detail={"verdict": "approve"},
    )
    after = apply(application, event)
    journal.append(application, after, event)
    return after


def test_an_application_is_read_back_with_its_events_and_its_applicant(journal: DynamoJournal) -> None:
    application = moved(journal, begun(journal), State.PHONE)
    assert journal.load(APPLICATION) == application
    assert journal.applicant(APPLICATION) == applicant()
    assert audited(application, journal.events(APPLICATION)).intact


def test_an_application_begins_once(journal: DynamoJournal) -> None:
    begun(journal)
    with pytest.raises(StaleError):
        begun(journal, username="somebody")
    assert journal.load(APPLICATION) == started(first(), "mei.ito")


def test_an_event_on_an_old_application_is_refused(journal: DynamoJournal) -> None:
    application = begun(journal)
    moved(journal, application, State.PHONE)
    with pytest.raises(StaleError):
        moved(journal, application, State.PHONE, NOW + 2)
    assert len(journal.events(APPLICATION)) == 2


def test_erasing_the_applicant_leaves_the_record_whole(journal: DynamoJournal) -> None:
    application = moved(journal, begun(journal), State.WITHDRAWN)
    journal.erase(APPLICATION)
    assert journal.applicant(APPLICATION) is None
    events = journal.events(APPLICATION)
    erased = journal.load(APPLICATION)
    assert erased is not None
    assert audited(erased, events).intact
    assert erased == application.model_copy(update={"username": f"erased#{APPLICATION}"})
    for name in ("Mei", "mei.ito"):
        assert name not in "".join(entry.model_dump_json() for entry in (*events, erased))
    assert journal.page(ApplicationQuery(username="mei.ito"), limit=10, cursor=None) == ([], None)


def test_erasing_twice_or_nothing_changes_nothing_more(journal: DynamoJournal) -> None:
    moved(journal, begun(journal), State.WITHDRAWN)
    journal.erase(APPLICATION)
    once = journal.load(APPLICATION)
    journal.erase(APPLICATION)
    journal.erase("never-was")
    assert journal.load(APPLICATION) == once


def test_what_is_undone_after_an_erasure_keeps_the_pseudonym(journal: DynamoJournal) -> None:
    moved(journal, begun(journal), State.WITHDRAWN)
    journal.erase(APPLICATION)
    erased = journal.load(APPLICATION)
    assert erased is not None
    after = moved(journal, erased, State.WITHDRAWN, NOW + 5)
    assert after.username == f"erased#{APPLICATION}"
    assert audited(after, journal.events(APPLICATION)).intact


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ApplicationQuery(), ["a3", "a2", "a1"]),
        (ApplicationQuery(state=State.PHONE), ["a2"]),
        (ApplicationQuery(username="kai"), ["a3"]),
        (ApplicationQuery(username="kai", state=State.PHONE), []),
    ],
)
def test_applications_are_listed_the_last_changed_first(
    journal: DynamoJournal, query: ApplicationQuery, expected: list[str]
) -> None:
    begun(journal, "a1", at=NOW)
    moved(journal, begun(journal, "a2", at=NOW), State.PHONE, NOW + 10)
    begun(journal, "a3", username="kai", at=NOW + 20)
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page, cursor = journal.page(query, limit=1, cursor=cursor)
        seen += [application.application_id for application in page]
        if cursor is None:
            break
    assert seen == expected


def test_a_task_token_is_kept_until_it_is_dropped(dynamodb: Any) -> None:
    tokens = DynamoTokens(dynamodb, TABLE, lambda: NOW)
    assert tokens.get(APPLICATION, Wait.CODE) is None
    tokens.put(APPLICATION, Wait.CODE, "one")
    tokens.put(APPLICATION, Wait.CODE, "two")
    assert (tokens.get(APPLICATION, Wait.CODE), tokens.get(APPLICATION, Wait.HELP)) == ("two", None)
    tokens.drop(APPLICATION, Wait.CODE)
    tokens.drop(APPLICATION, Wait.CODE)
    assert tokens.get(APPLICATION, Wait.CODE) is None


def test_sightings_count_applications_of_a_day_once_each_and_keep_no_number(dynamodb: Any) -> None:
    sightings = DynamoSightings(dynamodb, TABLE, lambda: NOW)
    one, two = applicant(device=""), applicant(application_id="app-2", device="", email="Other@example.jp")
    assert sightings.count(one) == {"phone": 1, "email": 1}
    assert sightings.count(one) == {"phone": 1, "email": 1}
    assert sightings.count(two) == {"phone": 2, "email": 1}
    tomorrow = DynamoSightings(dynamodb, TABLE, lambda: NOW + 86_400_000)
    assert tomorrow.count(two) == {"phone": 1, "email": 1}
    assert one.phone not in str(dynamodb.scan(TableName=TABLE)["Items"])


def test_a_resume_token_works_once_until_it_is_too_old_or_another_is_made(dynamodb: Any) -> None:
    now = NOW
    resuming = ResumeTokens(dynamodb, TABLE, lambda: now)
    resuming.keep(APPLICATION, "first", seconds=60)
    resuming.keep(APPLICATION, "second", seconds=60)
    assert [resuming.take(token) for token in ("first", "second", "second", "other")] == [None, APPLICATION, None, None]
    resuming.keep(APPLICATION, "third", seconds=60)
    now += 61_000
    assert resuming.take("third") is None
    assert "third" not in str(dynamodb.scan(TableName=TABLE)["Items"])


def test_a_session_ends_by_itself(dynamodb: Any) -> None:
    now = NOW
    resuming = ResumeTokens(dynamodb, TABLE, lambda: now)
    resuming.open(APPLICATION, "session", seconds=60)
    assert (resuming.peek("session"), resuming.peek("other")) == (APPLICATION, None)
    now += 61_000
    assert resuming.peek("session") is None
