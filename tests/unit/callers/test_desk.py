"""People see a number whole, label calls, and lists learn, on the table as the infrastructure declares it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import boto3
import pytest
from moto import mock_aws
from rapport.callers.campaigns import CampaignVerdict
from rapport.callers.desk import Asked, CallerDesk
from rapport.callers.desk_store import DynamoCallers
from rapport.callers.evidence import CallerEvidence
from rapport.callers.judge import Judge
from rapport.callers.lists import ListName
from rapport.callers.model import Noted
from rapport.callers.store import DynamoWatch
from rapport.callers.watch import StaleError, Watch
from rapport.customers.phone import read_number
from rapport.realtime.event import Event
from rapport.runtime.errors import InvalidInputError, NotFoundError

from infra.stacks.data import CALLER_INDEXES
from tests.builders.callers import MINUTE, NOW, STRANGER, TOKENS, FakeSpam, ended, row, started
from tests.builders.dynamodb import create_table


@dataclass
class World:
    """The desk on a pretended table."""

    watch: DynamoWatch
    store: DynamoCallers
    now: int = NOW + 5 * MINUTE
    model: FakeSpam = field(default_factory=FakeSpam)

    @property
    def desk(self) -> CallerDesk:
        judge = Judge(network=self.watch, model=self.model, clock=lambda: self.now)
        return CallerDesk(store=self.store, network=self.watch, judge=judge, clock=lambda: self.now)

    def told(self, *events: Event) -> None:
        for event in events:
            Watch(self.watch).take([event])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        create_table(client, "callers", CALLER_INDEXES)
        yield World(DynamoWatch(client, "callers", lambda: NOW), DynamoCallers(client, "callers"))


def asked(number: str = STRANGER, customer: str | None = None) -> Asked:
    return Asked(TOKENS.of(number), TOKENS.block_of(number), read_number(number), customer)


def test_a_number_that_never_called_is_told_by_its_form(world: World) -> None:
    profile = world.desk.profile(asked("+14155550123"))
    assert (profile.country, profile.frequency.total, profile.first_seen) == ("US", 0, None)
    assert profile.aggression.score is None


def test_a_token_nobody_knows_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.desk.profile(Asked("n_" + "z" * 26))


def test_a_profile_tells_frequency_timing_persistence_and_tone(world: World) -> None:
    for n in range(4):
        world.told(ended(contact=f"c-{n}", at=NOW + n * MINUTE, answered=n == 3, sentiment=-0.5, talk_share=0.8))
    profile = world.desk.profile(asked())
    assert (profile.frequency.hour, profile.frequency.total) == (4, 4)
    assert profile.timing.by_hour[12] == 4
    assert profile.persistence.retry_share == 1.0
    assert profile.persistence.most_in_an_hour == 4
    assert profile.aggression.score == pytest.approx(0.6 * 0.5 + 0.4 * 0.5)
    assert profile.number_type == "VOIP"


def test_a_call_that_the_stream_has_not_told_of_yet_counts_once(world: World) -> None:
    world.store.note(TOKENS.of(STRANGER), Noted("c-1", NOW, "line"))
    assert world.desk.profile(asked()).frequency.total == 1
    world.told(started(at=NOW))
    assert world.desk.profile(asked()).frequency.total == 1


def test_numbers_of_a_campaign_are_related_and_the_next_neighbour_is_known_before_it_calls(world: World) -> None:
    world.told(*row(10))
    member = world.desk.profile(asked("+815031234515"))
    assert member.campaign is not None
    assert len(member.related) == 9
    assert all(CallerEvidence.BLOCK in one.evidence for one in member.related)
    new = world.desk.profile(asked("+815031234577"))
    assert (new.spam.why, new.campaign and new.campaign.campaign_id) == ("campaign", member.campaign.campaign_id)


def test_a_family_is_related_by_its_customer(world: World) -> None:
    world.told(ended(user="C1"), ended("+819011112222", "c-2", NOW + MINUTE, user="C1"))
    profile = world.desk.profile(asked())
    assert [(one.caller, one.evidence) for one in profile.related] == [
        (TOKENS.of("+819011112222"), [CallerEvidence.CUSTOMER])
    ]
    assert profile.customers == ["C1"]
    assert profile.spam.why == "customer"


def test_two_agents_block_a_number_and_each_leaves_an_example(world: World) -> None:
    world.told(ended())
    assert world.desk.feedback(asked(), spam=True, by="ann", contact_id="c-1").block is None
    learnt = world.desk.feedback(asked(), spam=True, by="ben", contact_id=None)
    assert learnt.block is not None
    assert world.desk.profile(asked()).block is not None
    labels, _ = world.store.labels(limit=10, cursor=None)
    assert sorted((label.agent, label.spam, label.features["calls_7d"]) for label in labels) == [
        ("ann", True, 1.0), ("ben", True, 1.0),
    ]  # fmt: skip
    # An example never holds its own answer.
    assert [label.features["agent_marks_30d"] for label in sorted(labels, key=lambda one: one.agent)] == [0.0, 1.0]


def test_an_agent_who_changes_his_mind_corrects_the_example(world: World) -> None:
    world.desk.feedback(asked(), spam=True, by="ann", contact_id=None)
    world.desk.feedback(asked(), spam=False, by="ann", contact_id=None)
    labels, _ = world.store.labels(limit=10, cursor=None)
    assert [label.spam for label in labels] == [False]


def test_a_customer_is_not_blocked_by_feedback(world: World) -> None:
    for agent in ("ann", "ben"):
        assert world.desk.feedback(asked(customer="C1"), spam=True, by=agent, contact_id=None).block is None


def test_a_number_is_on_one_list_at_a_time_and_lists_page(world: World) -> None:
    token = TOKENS.of(STRANGER)
    world.desk.put_on_list(token, ListName.BLOCK, days=7, by="eve", reason="threats")
    world.desk.put_on_list(token, ListName.ALLOW, days=7, by="eve", reason="mistake")
    assert world.store.entries(ListName.BLOCK, limit=10, cursor=None) == ([], None)
    found, cursor = world.store.entries(ListName.ALLOW, limit=1, cursor=None)
    assert [entry.reason for entry in found] == ["mistake"]
    assert cursor is None or world.store.entries(ListName.ALLOW, limit=1, cursor=cursor)[0] == []
    world.desk.take_off_list(token, ListName.ALLOW)
    assert world.desk.profile(asked()).allow is None


def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    for n in range(2):
        world.desk.put_on_list(TOKENS.of(f"+8150312345{n:02d}"), ListName.BLOCK, days=1, by="eve", reason="")
    _, cursor = world.store.entries(ListName.BLOCK, limit=1, cursor=None)
    assert cursor is not None
    with pytest.raises(InvalidInputError):
        world.store.entries(ListName.ALLOW, limit=1, cursor=cursor)


def test_a_judged_campaign_blocks_its_numbers_and_is_listed(world: World) -> None:
    world.told(*row(12))
    (campaign,), _ = world.store.campaigns(limit=5, cursor=None)
    world.desk.judge_campaign(campaign.campaign_id, CampaignVerdict.SPAM, "eve")
    assert world.desk.profile(asked("+815031234511")).spam.advice == "block"
    world.told(ended("+815031234550", "later", NOW + 4 * MINUTE))
    grown = world.desk.campaign(campaign.campaign_id)
    assert (grown.verdict, grown.numbers) == (CampaignVerdict.SPAM, 13)
    with pytest.raises(NotFoundError):
        world.desk.campaign("c_" + "0" * 20)


def test_who_writes_second_reads_again(world: World) -> None:
    world.told(ended())
    state = world.watch.callers([TOKENS.of(STRANGER)])[TOKENS.of(STRANGER)]
    world.watch.save([state], [])
    with pytest.raises(StaleError):
        world.watch.save([state], [])
