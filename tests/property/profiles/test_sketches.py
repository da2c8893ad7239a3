"""Sketches: the same in any order and however they are merged, within their stated error, of bounded size."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.profiles.sketches import EPOCH_S, HOUR_S, Counts, Decayed, Distinct, Quantiles, hour_of_week

DAY_S = 86_400
values = st.lists(st.floats(0.02, 1e6), min_size=1, max_size=80)
seen = st.lists(st.tuples(st.integers(0, 150).map(str), st.integers(EPOCH_S, EPOCH_S + 10**8)), max_size=200)
moments = st.lists(st.integers(EPOCH_S, EPOCH_S + 5 * 365 * DAY_S), max_size=60)


@given(values, values, st.randoms())
def test_quantiles_are_the_same_shuffled_merged_and_stored(
    left: list[float], right: list[float], rng: random.Random
) -> None:
    parts = [Quantiles(), Quantiles()]
    for part, given_values in zip(parts, (left, right), strict=True):
        for value in given_values:
            part.add(value)
    whole, shuffled = Quantiles(), [*left, *right]
    rng.shuffle(shuffled)
    for value in shuffled:
        whole.add(value)

    assert parts[0].merged(parts[1]).to_bytes() == whole.to_bytes()
    assert Quantiles.from_bytes(whole.to_bytes()).bins == whole.bins


@given(values, st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
def test_a_quantile_is_within_five_percent(given_values: list[float], share: float) -> None:
    sketch = Quantiles()
    for value in given_values:
        sketch.add(value)
    ordered = sorted(given_values)

    found = sketch.quantile(share)

    assert found == pytest.approx(ordered[int(share * (len(ordered) - 1))], rel=0.0501)
    assert len(sketch.to_bytes()) <= 816


def test_quantiles_of_nothing_are_none() -> None:
    assert Quantiles().quantile(0.5) is None


@given(seen, seen, st.randoms())
def test_distinct_values_are_the_same_shuffled_repeated_merged_and_stored(
    left: list[tuple[str, int]], right: list[tuple[str, int]], rng: random.Random
) -> None:
    parts = [Distinct(), Distinct()]
    for part, given_values in zip(parts, (left, right), strict=True):
        for value, at_s in given_values:
            part.add(value, at_s)
    whole, shuffled = Distinct(), [*left, *right, *left]
    rng.shuffle(shuffled)
    for value, at_s in shuffled:
        whole.add(value, at_s)

    assert parts[0].merged(parts[1]).to_bytes() == whole.to_bytes()
    assert Distinct.from_bytes(whole.to_bytes()).first == whole.first
    assert len(whole.to_bytes()) <= 768


@given(st.lists(st.tuples(st.integers(0, 62).map(str), st.integers(EPOCH_S, EPOCH_S + 10**6)), min_size=1))
def test_few_distinct_values_are_counted_exactly_and_their_first_time_is_known(found: list[tuple[str, int]]) -> None:
    sketch = Distinct()
    for value, at_s in found:
        sketch.add(value, at_s)

    assert sketch.estimate == len({value for value, _ in found})
    for value, _ in found:
        first = min(at_s for other, at_s in found if other == value)
        assert not sketch.seen_before(value, first)
        assert sketch.seen_before(value, first + 1)
    assert not sketch.seen_before("a stranger", EPOCH_S + 10**7)


@pytest.mark.parametrize("number", [200, 3_000])
def test_many_distinct_values_are_estimated_within_the_stated_error(number: int) -> None:
    errors = []
    for run in range(40):
        sketch = Distinct()
        for value in range(number):
            sketch.add(f"{run}-{value}", EPOCH_S)
        errors.append(sketch.estimate / number - 1)

    # 40 runs: the root mean square error is known within a quarter, at two standard deviations.
    assert (sum(error**2 for error in errors) / len(errors)) ** 0.5 < 0.127 * 1.25


@given(moments, moments, st.randoms())
def test_decayed_counts_are_the_same_shuffled_merged_and_stored(
    left: list[int], right: list[int], rng: random.Random
) -> None:
    parts = [Decayed(168), Decayed(168)]
    for part, given_moments in zip(parts, (left, right), strict=True):
        for at_s in given_moments:
            part.add(at_s)
    whole, shuffled = Decayed(168), [*left, *right]
    rng.shuffle(shuffled)
    for at_s in shuffled:
        whole.add(at_s)

    assert parts[0].merged(parts[1]).whole == whole.whole
    assert Decayed.from_bytes(168, whole.to_bytes()).whole == whole.whole


@given(moments)
def test_a_decayed_count_halves_with_every_half_life(found: list[int]) -> None:
    sketch = Decayed(720)
    for at_s in found:
        sketch.add(at_s)
    now = EPOCH_S + 5 * 365 * DAY_S
    expected = sum(2 ** (-((now - EPOCH_S) // HOUR_S - (at_s - EPOCH_S) // HOUR_S) / 720) for at_s in found)

    assert sketch.value(now) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert sketch.value(now + 720 * HOUR_S) == pytest.approx(sketch.value(now) / 2, rel=1e-6)


@given(st.dictionaries(st.integers(0, 255), st.integers(1, 2**24 - 1)))
def test_counts_are_stored_whole(found: dict[int, int]) -> None:
    assert Counts.from_bytes(Counts(found).to_bytes()) == found


def test_the_week_begins_on_monday() -> None:
    assert hour_of_week(1_704_067_200) == 0  # 2024-01-01 was a Monday
    assert hour_of_week(1_704_067_200 - 1) == 167
