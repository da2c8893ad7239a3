"""Whatever is done to a case: its record shows tampering, and nobody overrides the model alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.cases.chain import verify
from rapport.cases.model import Case, CaseEvent, CaseEventType, CaseOutcome, CaseState, DecisionCode
from rapport.cases.workflow import fold
from rapport.runtime.errors import RapportError

from tests.builders.cases import ANN, BOB, EVE, LIMIT, WHY, Office

PEOPLE = st.sampled_from([ANN, BOB, EVE])
TEXTS = st.sampled_from(["", "short", WHY])
STEPS = st.one_of(
    st.tuples(st.just("assign"), PEOPLE, st.one_of(st.none(), PEOPLE)),
    st.tuples(st.just("comment"), PEOPLE, TEXTS),
    st.tuples(st.just("decide"), PEOPLE, st.sampled_from(CaseOutcome), TEXTS),
    st.tuples(st.just("second"), PEOPLE, st.booleans(), TEXTS),
    st.tuples(st.just("reopen"), PEOPLE, TEXTS),
)
SEQUENCES = st.lists(STEPS, max_size=25)


def act(office: Office, case_id: str, step: tuple[object, ...]) -> None:
    """Try a step; what is not allowed changes nothing."""
    name, by, *rest = step
    cases = office.cases
    operations = {
        "assign": lambda: cases.assign(case_id, *rest, by=by, version=None),
        "comment": lambda: cases.comment(case_id, *rest, by=by),
        "decide": lambda: cases.decide(case_id, rest[0], DecisionCode.OTHER, rest[1], by=by, version=None),
        "second": lambda: cases.second(case_id, rest[1], confirm=rest[0], by=by, version=None),
        "reopen": lambda: cases.reopen(case_id, *rest, by=by, version=None),
    }
    before = cases.get(case_id)
    try:
        operations[str(name)]()
    except RapportError:
        assert cases.get(case_id) == before


def played(steps: list[tuple[object, ...]], probability: float, amount: float) -> tuple[Case, list[CaseEvent]]:
    office = Office()
    case = office.opened(probability, amount=amount)
    for step in steps:
        office.now += 1000
        act(office, case.case_id, step)
    return office.cases.get(case.case_id), office.store.events(case.case_id)


@settings(max_examples=300, deadline=None)
@given(SEQUENCES, st.sampled_from([0.1, 0.2, 0.9]), st.sampled_from([10.0, LIMIT]))
def test_no_sequence_of_operations_closes_an_override_without_two_people(
    steps: list[tuple[object, ...]], probability: float, amount: float
) -> None:
    _, events = played(steps, probability, amount)
    for number in range(1, len(events) + 1):
        case = fold(events[:number])
        if case.state is not CaseState.CLOSED:
            continue
        assert case.decision is not None
        alone = case.outcome is case.finding.recommendation and amount < LIMIT and not case.decided_before
        if not alone:
            assert case.decision.confirmed_by not in {None, case.decision.by}
            assert len(case.decision.text) >= 20


@settings(deadline=None)
@given(SEQUENCES)
def test_a_record_that_nobody_touched_is_whole(steps: list[tuple[object, ...]]) -> None:
    case, events = played(steps, 0.6, 10.0)
    assert verify(case, events).intact
    assert fold(events) == case
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)


@settings(deadline=None)
@given(SEQUENCES, st.data())
def test_any_change_of_any_event_shows_and_names_the_event(
    steps: list[tuple[object, ...]], data: st.DataObject
) -> None:
    case, events = played([("comment", ANN, "first"), *steps], 0.6, 10.0)
    place = data.draw(st.integers(0, len(events) - 1))
    changes = st.sampled_from([{"by": "mallory"}, {"at": 1}, {"text": "rewritten"}, {"type": CaseEventType.SENT_BACK},
                               {"outcome": CaseOutcome.INCONCLUSIVE}, {"state": CaseState.CLOSED}])  # fmt: skip
    changed = events[place].model_copy(update=data.draw(changes))
    if changed == events[place]:
        return
    found = verify(case, [*events[:place], changed, *events[place + 1 :]])
    assert (found.intact, found.broken_at) == (False, place + 1)


@settings(deadline=None)
@given(SEQUENCES, st.data())
def test_an_event_rewritten_with_a_hash_that_fits_is_shown_by_the_next_one(
    steps: list[tuple[object, ...]], data: st.DataObject
) -> None:
    case, events = played([("comment", ANN, "first"), *steps], 0.6, 10.0)
    place = data.draw(st.integers(0, len(events) - 1))
    forged = events[place].model_copy(update={"by": "mallory"}).sealed()
    assert not verify(case, [*events[:place], forged, *events[place + 1 :]]).intact


@settings(deadline=None)
@given(SEQUENCES, st.data())
def test_an_event_that_is_missing_shows_and_so_does_a_case_that_was_rewritten(
    steps: list[tuple[object, ...]], data: st.DataObject
) -> None:
    case, events = played([("comment", ANN, "first"), *steps], 0.6, 10.0)
    place = data.draw(st.integers(0, len(events) - 1))
    assert not verify(case, [*events[:place], *events[place + 1 :]]).intact
    assert not verify(case.model_copy(update={"assignee": "mallory"}), events).intact
