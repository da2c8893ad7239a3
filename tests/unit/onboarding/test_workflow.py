"""Every path of the onboarding workflow, run by its committed definition over vendors in memory."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapport.onboarding.answers import Answers
from rapport.onboarding.model import Event, EventType, HelpAction, ReviewDecision, State, Tag, Verdict, Wait
from rapport.onboarding.progress import audited
from rapport.runtime.errors import ConflictError, InvalidInputError, RapportError
from rapport.vendors.errors import VendorRefused, VendorUnavailable

from tests.builders.onboarding import APPLICATION, CODE, Office

REASON = "looked at the passport"


def at_signature(office: Office) -> None:
    """Bring a new application to where documents are signed."""
    office.apply()
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    office.does(lambda: office.desk.video_held(APPLICATION, by="liam"))


def sign_all(office: Office) -> None:
    for document in office.application.documents:
        office.does(lambda document=document: office.desk.sign(APPLICATION, document, name="mei ITO"))


def types(office: Office) -> list[EventType]:
    return [event.type for event in office.journal.events(APPLICATION)]


def test_an_applicant_becomes_an_active_customer() -> None:
    office = Office()
    at_signature(office)
    sign_all(office)
    assert office.application.state is State.ACTIVE
    assert office.application.customer_id == f"customer-of-{APPLICATION}"
    assert office.messages.asked == [("send", "welcome")]
    assert audited(office.application, office.journal.events(APPLICATION)).intact


def test_a_plan_without_video_goes_to_the_documents() -> None:
    office = Office()
    office.planner.video = False
    office.apply()
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    assert office.application.state is State.DOCUMENTS
    assert office.videos.asked == []


def test_a_wrong_code_is_said_and_the_right_one_goes_on() -> None:
    office = Office()
    office.apply()
    with pytest.raises(InvalidInputError, match="not right"):
        office.desk.enter_code(APPLICATION, "000000")
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    assert office.application.state is State.VIDEO


def test_a_new_code_replaces_the_one_before() -> None:
    office = Office()
    office.apply()
    office.does(lambda: office.desk.another_code(APPLICATION))
    assert office.verifications.asked[-2:] == [("cancel", "request-1"), ("start", "+81312345678")]
    assert office.application.state is State.PHONE


def test_after_three_codes_a_person_looks_and_may_let_the_applicant_go_on() -> None:
    office = Office()
    office.apply()
    for _ in range(3):
        office.does(lambda: office.desk.another_code(APPLICATION))
    assert office.verifications.times("start") == 3
    assert office.application.state is State.REVIEW
    office.does(lambda: office.desk.review(APPLICATION, ReviewDecision.APPROVE, code="checked", text=REASON, by="liam"))
    assert office.application.state is State.VIDEO
    assert office.application.verdict is Verdict.APPROVE


def blocked(office: Office, request: str = "request-1") -> bool:
    return Answers(office.journal, office, office, office.now).number_blocked(APPLICATION, request)


def test_a_number_to_which_no_code_comes_through_is_for_a_person_and_rejects_nobody() -> None:
    office = Office()
    office.apply()
    office.does(lambda: blocked(office))
    assert (office.application.state, office.application.verdict) == (State.REVIEW, Verdict.REVIEW)
    reasons = [e.detail for e in office.journal.events(APPLICATION) if e.type is EventType.PHONE_FAILED]
    assert reasons == [{"reason": "blocked"}]
    length = len(office.journal.events(APPLICATION))
    assert not blocked(office)
    assert len(office.journal.events(APPLICATION)) == length


def test_what_is_told_of_an_older_or_unknown_verification_changes_nothing() -> None:
    office = Office()
    office.apply()
    office.does(lambda: office.desk.another_code(APPLICATION))
    assert not blocked(office, "request-1")
    assert not Answers(office.journal, office, office, office.now).number_blocked("nobody", "request-2")
    assert office.application.state is State.PHONE


def test_what_the_screen_flags_is_reviewed_before_the_crm_and_never_rejected_by_it() -> None:
    office = Office()
    office.apply(email="mei@mailinator.com")
    assert office.application.verdict is Verdict.REVIEW
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    office.does(lambda: office.desk.video_held(APPLICATION, by="liam"))
    sign_all(office)
    assert office.application.state is State.REVIEW
    assert office.crm.asked == []


def flagged(office: Office) -> None:
    office.apply(name="M3i Ito")
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    office.does(lambda: office.desk.video_held(APPLICATION, by="liam"))
    for document in office.application.documents:
        office.does(lambda document=document: office.desk.sign(APPLICATION, document, name="M3i Ito"))


def test_a_review_that_approves_goes_on_to_the_end() -> None:
    office = Office()
    flagged(office)
    office.does(lambda: office.desk.review(APPLICATION, ReviewDecision.APPROVE, code="ok", text=REASON, by="liam"))
    assert office.application.state is State.ACTIVE


def test_a_review_that_rejects_undoes_everything_in_reverse_order() -> None:
    office = Office()
    flagged(office)
    office.does(lambda: office.desk.review(APPLICATION, ReviewDecision.REJECT, code="forged", text=REASON, by="liam"))
    assert office.application.state is State.REJECTED
    undone = [(e.detail["kind"]) for e in office.journal.events(APPLICATION) if e.type is EventType.UNDONE]
    assert undone == ["document", "document", "video_session"]
    assert office.documents.asked[-2:] == [
        ("discard", f"{APPLICATION}-risk_disclosure"),
        ("discard", f"{APPLICATION}-account_agreement"),
    ]
    assert office.messages.asked == [("send", "rejected")]


def test_a_revision_asks_for_the_documents_again() -> None:
    office = Office()
    flagged(office)
    office.does(lambda: office.desk.review(APPLICATION, ReviewDecision.REVISION, code="blur", text=REASON, by="liam"))
    assert office.application.state is State.DOCUMENTS
    assert office.application.signed == frozenset()
    assert Tag.REVISION in office.application.tags


def test_a_vendor_that_fails_for_a_while_is_tried_again_and_nobody_notices() -> None:
    office = Office()
    office.verifications.faults = [VendorUnavailable] * 4
    office.apply()
    assert office.application.state is State.PHONE
    assert office.verifications.times("start") == 5
    assert office.reviews.asked == []


@pytest.mark.parametrize("fault", [VendorUnavailable, VendorRefused])
def test_a_vendor_that_fails_for_good_asks_a_person_and_rejects_nobody(fault: type[Exception]) -> None:
    office = Office()
    at_signature(office)
    office.crm.broken = fault
    sign_all(office)
    assert office.application.state is State.CRM
    assert office.application.failed_vendor == "kintone"
    assert {Tag.VENDOR_OUTAGE, Tag.MANUAL_REVIEW} <= office.application.tags
    assert office.reviews.asked == [("open", "crm")]
    office.crm.broken = None
    office.does(lambda: office.desk.help(APPLICATION, HelpAction.RETRY, text="", by="liam"))
    assert office.application.state is State.ACTIVE


def test_a_person_may_do_by_hand_what_a_vendor_could_not() -> None:
    office = Office()
    at_signature(office)
    office.crm.broken = VendorUnavailable
    sign_all(office)
    office.does(lambda: office.desk.help(APPLICATION, HelpAction.DONE, text="entered it in Kintone", by="liam"))
    assert office.application.state is State.ACTIVE
    assert EventType.CRM_WRITTEN not in types(office)


def test_a_person_may_give_up_what_cannot_be_finished() -> None:
    office = Office()
    at_signature(office)
    office.crm.broken = VendorRefused
    sign_all(office)
    office.does(lambda: office.desk.help(APPLICATION, HelpAction.CANCEL, text="the customer agreed", by="liam"))
    assert office.application.state is State.CANCELLED
    assert office.messages.asked == [("send", "cancelled")]


def test_an_applicant_who_does_not_come_back_expires() -> None:
    office = Office()
    run = office.apply()
    run.go(late=True)
    assert office.application.state is State.EXPIRED
    assert office.verifications.asked[-1] == ("cancel", "request-1")
    assert run.over


def test_a_review_nobody_does_ends_without_rejecting() -> None:
    office = Office()
    flagged(office)
    run = office.runs[APPLICATION]
    run.go(late=True)
    assert office.application.state is State.CANCELLED


def test_withdrawing_while_waiting_undoes_what_was_done() -> None:
    office = Office()
    at_signature(office)
    office.does(lambda: office.desk.withdraw(APPLICATION))
    assert office.application.state is State.WITHDRAWN
    assert office.application.undoable() == ()
    assert office.messages.asked == []


def test_what_cannot_be_undone_is_a_case_and_the_application_ends_all_the_same() -> None:
    office = Office()
    at_signature(office)
    office.videos.broken = VendorUnavailable
    office.does(lambda: office.desk.withdraw(APPLICATION))
    assert office.application.state is State.WITHDRAWN
    assert Tag.UNWINDING_FAILED in office.application.tags
    assert [effect.kind.value for effect in office.application.undoable()] == ["video_session"]
    assert office.reviews.times("open") == 1


def test_an_answer_that_comes_before_the_workflow_waits_is_not_lost() -> None:
    office = Office()
    office.apply()
    token = office.tokens.popitem()  # the code is entered before the token is stored
    office.desk.enter_code(APPLICATION, CODE)
    office.steps.run("await", APPLICATION, {"what": "code", "token": token[1], "seconds": "3600"})
    office.does(lambda: None)
    assert office.application.state is State.VIDEO


@pytest.mark.parametrize("action", ["held", "withdrawn"])
def test_what_people_do_while_a_vendor_is_busy_is_not_lost(action: str) -> None:
    office = Office()
    create = office.videos.create

    def busy(application_id: str) -> str:
        if action == "held":
            office.desk.video_held(APPLICATION, by="liam")
        else:
            office.desk.withdraw(APPLICATION)
        return create(application_id)

    office.videos.create = busy  # type: ignore[method-assign]
    office.apply()
    office.does(lambda: office.desk.enter_code(APPLICATION, CODE))
    assert office.application.state is (State.DOCUMENTS if action == "held" else State.WITHDRAWN)


def test_a_new_customer_gets_a_letter_that_nobody_has_to_sign() -> None:
    office = Office()
    at_signature(office)
    sign_all(office)
    letter = f"{APPLICATION}-welcome_letter"
    assert letter in {effect.id for effect in office.application.effects}
    assert letter not in office.application.documents


def test_a_customer_who_was_welcomed_by_hand_is_not_welcomed_again() -> None:
    office = Office()
    at_signature(office)
    office.messages.broken = VendorRefused
    sign_all(office)
    assert (office.application.state, office.application.failed_vendor) == (State.WELCOME, "ses")
    office.does(lambda: office.desk.help(APPLICATION, HelpAction.DONE, text="wrote a letter", by="liam"))
    assert office.application.state is State.ACTIVE
    assert office.messages.times("send") == 1


def test_giving_up_at_the_welcome_undoes_the_letter_first() -> None:
    office = Office()
    at_signature(office)
    office.messages.broken = VendorRefused
    sign_all(office)
    office.does(lambda: office.desk.help(APPLICATION, HelpAction.CANCEL, text="the customer agreed", by="liam"))
    undone = [e.detail["kind"] for e in office.journal.events(APPLICATION) if e.type is EventType.UNDONE]
    assert undone == ["document", "crm_record", "document", "document", "video_session"]


def test_answering_twice_changes_nothing() -> None:
    office = Office()
    at_signature(office)
    office.desk.video_held(APPLICATION, by="liam")
    sign_all(office)
    before = len(types(office))
    with pytest.raises(ConflictError):
        office.desk.withdraw(APPLICATION)
    office.desk.enter_code(APPLICATION, CODE)
    assert len(types(office)) == before


def test_a_retry_after_a_crash_sends_no_second_code() -> None:
    office = Office()
    office.apply()
    office.steps.run("send_code", APPLICATION, {"again": "no"})
    assert office.verifications.times("start") == 1


def test_a_number_in_many_applications_gets_no_code_but_a_person() -> None:
    office = Office()
    office.quiet.count = lambda applicant: {"phone": 6}  # type: ignore[method-assign,assignment,misc]
    office.apply()
    assert office.verifications.asked == []
    assert (office.application.state, office.application.verdict) == (State.REVIEW, Verdict.REVIEW)


def test_a_signature_under_another_name_is_refused() -> None:
    office = Office()
    at_signature(office)
    with pytest.raises(InvalidInputError):
        office.desk.sign(APPLICATION, office.application.documents[0], name="Somebody Else")


def test_starting_twice_makes_one_application() -> None:
    office = Office()
    office.apply()
    office.apply()
    assert office.verifications.times("start") == 1


def test_an_error_of_our_own_asks_a_person_too() -> None:
    office = Office()
    office.verifications.broken = ZeroDivisionError
    office.apply()
    assert office.application.failed_step is not None
    assert office.reviews.asked == [("open", "phone")]


def changed(event: Event) -> Event:
    return event.model_copy(update={"by": "somebody"})


def test_a_changed_event_shows() -> None:
    office = Office()
    at_signature(office)
    events = list(office.journal.events(APPLICATION))
    events[2] = changed(events[2])
    found = audited(office.application, events)
    assert (found.intact, found.broken_at) == (False, 3)


ACTIONS = {
    "code": lambda office: office.desk.enter_code(APPLICATION, CODE),
    "wrong code": lambda office: office.desk.enter_code(APPLICATION, "999999"),
    "another code": lambda office: office.desk.another_code(APPLICATION),
    "video": lambda office: office.desk.video_held(APPLICATION, by="liam"),
    "sign": lambda office: [
        office.desk.sign(APPLICATION, name, name="Mei Ito") for name in office.application.documents
    ],
    "approve": lambda office: office.desk.review(APPLICATION, ReviewDecision.APPROVE, code="c", text="t", by="liam"),
    "revise": lambda office: office.desk.review(APPLICATION, ReviewDecision.REVISION, code="c", text="t", by="liam"),
    "reject": lambda office: office.desk.review(APPLICATION, ReviewDecision.REJECT, code="c", text="t", by="liam"),
    "retry": lambda office: office.desk.help(APPLICATION, HelpAction.RETRY, text="t", by="liam"),
    "by hand": lambda office: office.desk.help(APPLICATION, HelpAction.DONE, text="t", by="liam"),
    "cancel": lambda office: office.desk.help(APPLICATION, HelpAction.CANCEL, text="t", by="liam"),
    "withdraw": lambda office: office.desk.withdraw(APPLICATION),
    "late": lambda office: office.runs[APPLICATION].go(late=True),
    "remind": lambda office: office.reminding.remind(APPLICATION, Wait.SIGNATURE),
    "break vonage": lambda office: setattr(office.verifications, "broken", VendorUnavailable),
    "break foxit": lambda office: setattr(office.documents, "broken", VendorRefused),
    "break kintone": lambda office: setattr(office.crm, "broken", VendorUnavailable),
    "mend": lambda office: [
        setattr(vendor, "broken", None) for vendor in (office.verifications, office.documents, office.crm)
    ],
}


@settings(max_examples=150, deadline=None)
@given(actions=st.lists(st.sampled_from(sorted(ACTIONS)), max_size=25), flagged=st.booleans())
def test_whatever_people_and_vendors_do_the_record_is_whole_and_no_machine_rejects(
    actions: list[str], flagged: bool
) -> None:
    office = Office()
    office.apply(email="mei@yopmail.com" if flagged else "mei@example.jp")
    for action in actions:
        with contextlib.suppress(RapportError):
            ACTIONS[action](office)
        office.runs[APPLICATION].go()
    application, events = office.application, office.journal.events(APPLICATION)
    assert audited(application, events).intact
    run = office.runs[APPLICATION]
    assert run.over or run.waiting, "an execution neither waits nor is over"
    assert run.over == application.state.over
    if application.state is State.REJECTED:
        assert "reject" in actions
    if application.state is State.ACTIVE:
        assert application.customer_id
    elif application.state.over:
        assert not application.undoable() or Tag.UNWINDING_FAILED in application.tags


def test_no_event_names_the_customer() -> None:
    office = Office()
    at_signature(office)
    sign_all(office)
    events = office.journal.events(APPLICATION)
    assert "applicant" in {event.by for event in events}
    assert "mei.ito" not in "".join(event.model_dump_json() for event in events)
