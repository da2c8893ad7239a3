"""Lists learn from agents, and never undo what a person decided."""

from __future__ import annotations

from dataclasses import replace

from rapport.callers.lists import DAY_MS, Entry, ListName, Lists, Mark, learn, marks_as_spam

from tests.builders.callers import NOW

TOKEN = "n_" + "a" * 26
SPAM = [Mark("ann", True, NOW - 2), Mark("ben", True, NOW - 1)]
WANTED = [Mark("ann", False, NOW - 2), Mark("ben", False, NOW - 1)]


def test_one_agent_blocks_nothing_and_two_block_for_a_week() -> None:
    assert learn(Lists(), TOKEN, SPAM[:1], NOW, customer=False) == Lists()
    learnt = learn(Lists(), TOKEN, SPAM, NOW, customer=False)
    assert learnt.blocked(NOW)
    assert not learnt.blocked(NOW + 7 * DAY_MS)


def test_a_number_that_comes_back_is_blocked_longer_each_time_up_to_90_days() -> None:
    lists, now, days = Lists(), NOW, []
    for _ in range(6):
        marks = [replace(mark, at=now - 1) for mark in SPAM]
        lists = learn(lists, TOKEN, marks, now, customer=False)
        assert lists.block is not None
        days.append((lists.block.until - now) // DAY_MS)
        now = lists.block.until
    assert days == [7, 14, 28, 56, 90, 90]


def test_a_customer_is_never_blocked_by_counting() -> None:
    assert learn(Lists(), TOKEN, SPAM, NOW, customer=True) == Lists()


def test_one_agent_who_wanted_the_call_ends_an_automatic_block() -> None:
    lists = learn(Lists(), TOKEN, SPAM, NOW, customer=False)
    lists = learn(lists, TOKEN, [*SPAM, Mark("eve", False, NOW + 5)], NOW + 5, customer=False)
    assert not lists.blocked(NOW + 5)


def test_two_agents_who_wanted_the_call_let_the_number_through() -> None:
    lists = learn(Lists(), TOKEN, WANTED, NOW, customer=False)
    assert lists.allowed(NOW)
    assert not lists.allowed(NOW + 30 * DAY_MS)


def test_what_a_person_decided_stays() -> None:
    block = Entry(TOKEN, ListName.BLOCK, NOW - 1, NOW + DAY_MS, "eve")
    assert learn(Lists(block=block), TOKEN, WANTED[:1], NOW, customer=False).block == block
    allow = Entry(TOKEN, ListName.ALLOW, NOW - 1, NOW + DAY_MS, "eve")
    assert learn(Lists(allow=allow), TOKEN, SPAM, NOW, customer=False) == Lists(allow=allow)


def test_marks_grow_old_and_cancel_each_other() -> None:
    assert marks_as_spam([*SPAM, Mark("eve", False, NOW)], NOW) == 1
    assert marks_as_spam(SPAM, NOW + 31 * DAY_MS) == 0
