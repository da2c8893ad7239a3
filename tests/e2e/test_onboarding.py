"""Every path of onboarding on the local stack: people, vendors and time, through the API and the sandbox's inbox."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from pypdf import PdfReader
from rapport.onboarding.store import ResumeTokens

from sandbox.stack import LocalStack
from tests.e2e.applicants import Applicant, applicant, configured, customer, failing
from tests.e2e.client import Person, eventually, invoke
from tests.e2e.test_bad_input import assert_problem

pytestmark = pytest.mark.e2e
REASON = "looked at the passport"
FLAGGED = {"name": "M3i Ito"}


def to_signature(stack: LocalStack, operator: Person, **given: object) -> Applicant:
    """A new application, brought to where documents are signed."""
    made = applicant(stack, operator, **given)
    made.verify()
    if given:
        made.hold_video()
    made.until("documents", "signature")
    return made


def to_review(stack: LocalStack, operator: Person) -> Applicant:
    """A new application that the screen flagged, signed and waiting for a person."""
    made = to_signature(stack, operator, **FLAGGED)
    made.sign()
    made.until("review", "review")
    return made


def text_of(url: str) -> str:
    """What is written in the PDF at an address."""
    answer = httpx.get(url, timeout=30)
    assert answer.status_code == 200, answer.text
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def offset_at(hour: int, minute: int) -> int:
    """Minutes east of UTC of where it is this time of the day now."""
    now = datetime.now(UTC)
    return (hour * 60 + minute - now.hour * 60 - now.minute + 720) % 1440 - 720


def schedules(stack: LocalStack, made: Applicant) -> set[str]:
    """What is to come of an application's reminders."""
    found = stack.client("scheduler").list_schedules(GroupName="rapport-onboarding")["Schedules"]
    names = {str(each["Name"]) for each in found}
    return {name.removeprefix(f"{made.application_id}-") for name in names if name.startswith(made.application_id)}


def undone(made: Applicant) -> list[str]:
    return [event["detail"]["kind"] for event in made.history()["events"] if event["type"] == "undone"]


# --- The whole way


@pytest.fixture(scope="module")
def active(stack: LocalStack, liam: Person) -> Applicant:
    """A customer who went all the way to a credit card."""
    made = applicant(stack, liam, name="Noa Fischer", product="credit_card")
    made.verify()
    made.hold_video()
    made.sign()
    made.ended("active")
    return made


def test_an_applicant_becomes_an_active_customer_and_is_welcomed(active: Applicant, hana: Person) -> None:
    inbox = active.inbox()
    (welcome,) = inbox["messages"]
    assert "Noa Fischer" in welcome["text"]
    assert [email["subject"] for email in inbox["emails"]] == ["Your credit card is ready"]
    customer_id = active.view()["customer_id"]
    assert hana.get(f"/api/customers/{customer_id}").json()["name"] == "Noa Fischer"


def test_the_signed_agreement_is_a_pdf_with_the_name_under_it(active: Applicant, stack: LocalStack) -> None:
    listed = active.person.get("/api/documents/list").json()["items"]
    states = {document["kind"]: document["state"] for document in listed}
    assert states == {"account_agreement": "signed", "risk_disclosure": "signed", "welcome_letter": "final"}
    (agreement,) = [document for document in listed if document["kind"] == "account_agreement"]
    answer = active.person.get(f"/api/documents/download/{agreement['document_id']}").json()
    text = text_of(answer["url"])
    assert text.count("Noa Fischer") == 2
    assert "DRAFT" not in text
    records = stack.client("dynamodb").query(
        TableName=stack.outputs["DocumentsTableName"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues={
            ":pk": {"S": f"DOCUMENT#{agreement['document_id']}"},
            ":sk": {"S": "DOWNLOAD#"},
        },
    )["Items"]
    assert [item["sk"]["S"].rpartition("#")[2] for item in records] == [active.person.username]


def test_after_the_end_nothing_that_comes_changes_anything(active: Applicant) -> None:
    before = active.view()
    active.expect(200, active.post("code", {"code": "123456"}))
    active.expect(200, active.decide("video-held"))
    document = before["documents"][0]["document_id"]
    active.expect(200, active.post("sign", {"document_id": document, "name": "Noa Fischer"}))
    assert_problem(active.post("withdraw"), 409)
    assert_problem(active.decide("review", {"decision": "reject", "code": "late", "text": REASON}), 409)
    assert_problem(active.decide("help", {"action": "cancel", "text": REASON}), 409)
    assert_problem(active.person.post("/api/onboarding/send-sms", {}), 409)
    assert active.view() == before


# --- Who may do what


def test_somebody_elses_application_and_documents_do_not_exist(
    active: Applicant, stack: LocalStack, liam: Person
) -> None:
    other = Applicant(stack, applicant(stack, liam).person, liam)
    other.application_id = active.application_id
    document = active.view()["documents"][0]["document_id"]
    assert_problem(other.post("code", {"code": "123456"}), 404)
    assert_problem(other.post("sign", {"document_id": document, "name": "Noa Fischer"}), 404)
    assert_problem(other.post("withdraw"), 404)
    assert_problem(other.person.get(f"/api/onboarding/status?application_id={active.application_id}"), 404)
    assert_problem(other.person.get(f"/api/documents/download/{document}"), 404)
    assert_problem(other.person.get(f"/api/onboarding/{active.application_id}"), 403)
    assert_problem(other.person.get(f"/api/documents/list?application_id={active.application_id}"), 403)


def test_agents_neither_see_nor_decide_on_applications(active: Applicant, hana: Person) -> None:
    path = f"/api/onboarding/{active.application_id}"
    for answer in (
        hana.get("/api/onboarding"),
        hana.get(path),
        hana.get(f"{path}/applicant"),
        hana.get(f"{path}/events"),
        hana.post(f"{path}/video-held"),
        hana.post(f"{path}/review", {"decision": "approve", "code": "ok"}),
        hana.post(f"{path}/help", {"action": "retry"}),
        hana.post("/api/onboarding/start", active.body),
        hana.get(f"/api/documents/list?application_id={active.application_id}"),
        hana.post("/api/documents/generate", {"kind": "welcome_letter", "application_id": active.application_id}),
    ):
        assert_problem(answer, 403)


def test_operators_list_applications_and_see_who_applies(active: Applicant, liam: Person) -> None:
    listed = liam.get("/api/onboarding?state=active&limit=100").json()["items"]
    assert active.application_id in {found["application_id"] for found in listed}
    assert active.application_id in {
        found["application_id"] for found in liam.get("/api/onboarding?limit=100").json()["items"]
    }
    who = liam.get(f"/api/onboarding/{active.application_id}/applicant").json()
    assert (who["name"], who["phone"]) == ("Noa Fischer", active.body["phone"])


def test_operators_make_documents_once(active: Applicant, liam: Person) -> None:
    assert len(liam.get("/api/documents/templates").json()["items"]) == 6
    customer_id = active.view()["customer_id"]
    body, key = {"kind": "welcome_letter", "customer_id": customer_id}, {"idempotency-key": f"letter-{customer_id}"}
    made = [liam.post("/api/documents/generate", body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    listed = liam.get(f"/api/documents/list?customer_id={customer_id}").json()["items"]
    assert [document["kind"] for document in listed].count("welcome_letter") == 1
    nobody = {"kind": "welcome_letter", "customer_id": "C00001"}
    assert_problem(liam.post("/api/documents/generate", nobody, headers={"idempotency-key": "for-nobody"}), 404)
    assert_problem(liam.post("/api/documents/generate", {"kind": "welcome_letter"}), 422)


def test_a_document_that_the_plan_left_out_is_made_as_a_draft(stack: LocalStack, liam: Person) -> None:
    made = to_signature(stack, liam)
    body = {"kind": "risk_disclosure", "application_id": made.application_id}
    draft = made.expect(201, liam.post("/api/documents/generate", body))
    assert (draft["state"], draft["username"]) == ("draft", made.person.username)
    listed = liam.get(f"/api/documents/list?application_id={made.application_id}&limit=1").json()
    assert [document["document_id"] for document in listed["items"]] == [draft["document_id"]]
    assert listed["next_cursor"]


# --- Review


def test_a_flagged_application_is_revised_and_then_approved(stack: LocalStack, liam: Person) -> None:
    made = to_review(stack, liam)
    first = {document["document_id"] for document in made.view()["documents"]}
    assert [hit["rule"] for hit in made.view()["hits"]] == ["digits_in_name"]
    assert_problem(made.decide("review", {"decision": "revision", "code": "blurred"}), 422)
    made.expect(200, made.decide("review", {"decision": "revision", "code": "blurred", "text": REASON}))
    again = made.until("documents", "signature")
    assert first.isdisjoint(document["document_id"] for document in again["documents"])
    made.sign()
    made.until("review", "review")
    made.expect(200, made.decide("review", {"decision": "approve", "code": "checked"}))
    made.ended("active")


def test_a_rejection_undoes_everything_in_reverse_order_and_records_it(stack: LocalStack, liam: Person) -> None:
    made = to_review(stack, liam)
    made.expect(200, made.decide("review", {"decision": "reject", "code": "forged", "text": REASON}))
    made.ended("rejected")
    assert undone(made) == ["document", "document", "video_session"]
    assert made.person.get("/api/documents/list").json()["items"] == []
    assert made.inbox()["emails"][-1]["subject"] == "About your application"
    files = stack.client("s3").list_objects_v2(
        Bucket=stack.outputs["FilesBucketName"], Prefix=f"documents/{made.application_id}/"
    )
    assert files["KeyCount"] == 0


# --- Vendors


def test_a_vendor_that_fails_for_a_while_is_tried_again_and_nobody_is_asked(stack: LocalStack, liam: Person) -> None:
    made = to_signature(stack, liam)
    with failing(stack, "kintone"):
        made.sign()
        eventually(made.view, lambda view: view["failed_step"] == "crm")
    made.ended("active")
    assert "step_failed" in made.types()
    assert "review_opened" not in made.types()


@pytest.fixture(scope="module")
def stuck(stack: LocalStack, liam: Person) -> dict[str, Applicant]:
    """Applications whose customer record Kintone refuses for good."""
    made = {name: to_signature(stack, liam) for name in ("retry", "done", "cancel")}
    with failing(stack, "kintone", "refuse"):
        for each in made.values():
            each.sign()
        for each in made.values():
            each.until("crm", "help")
    return made


def test_a_vendor_that_fails_for_good_asks_a_person_who_tries_again(stuck: dict[str, Applicant]) -> None:
    made = stuck["retry"]
    view = made.view()
    assert (view["failed_step"], view["failed_vendor"]) == ("crm", "kintone")
    assert {"manual_review", "vendor_outage"} <= set(view["tags"])
    made.expect(200, made.decide("help", {"action": "retry"}))
    made.ended("active")


def test_a_person_does_by_hand_what_the_vendor_did_not(stuck: dict[str, Applicant]) -> None:
    made = stuck["done"]
    assert_problem(made.decide("help", {"action": "done"}), 422)
    made.expect(200, made.decide("help", {"action": "done", "text": "entered it by hand"}))
    made.ended("active")
    assert "crm_written" not in made.types()


def test_a_person_gives_up_and_the_applicant_is_told_that_it_is_our_fault(stuck: dict[str, Applicant]) -> None:
    made = stuck["cancel"]
    made.expect(200, made.decide("help", {"action": "cancel", "text": "the customer agreed"}))
    made.ended("cancelled")
    assert undone(made) == ["document"]
    assert "not your fault" in made.inbox()["messages"][-1]["text"]


# --- People who are faster than the workflow


def test_what_people_do_before_the_workflow_waits_for_it_is_not_lost(stack: LocalStack, liam: Person) -> None:
    held, left = (applicant(stack, liam, **FLAGGED) for _ in range(2))
    for each in (held, left):
        each.until("phone", "code")
    with failing(stack, "vonage", "slow", delay_s=2):
        held.verify()
        assert held.until("video")["waiting"] is None
        held.expect(200, held.decide("video-held"))
        left.verify()
        assert left.until("video")["waiting"] is None
        left.expect(200, left.post("withdraw"))
    left.ended("withdrawn")
    held.until("documents", "signature")


# --- Coming back, going away


def token_of(made: Applicant) -> str:
    """What the newest resume link of the applicant carries."""
    links = [sms["text"] for sms in made.inbox()["messages"] if "/onboarding/resume#" in sms["text"]]
    return links[-1].rpartition("#")[2]


def link(made: Applicant) -> str:
    assert made.expect(200, made.person.post("/api/onboarding/resume-link", {})) == {"sent": True}
    return token_of(made)


def test_an_application_goes_on_from_another_device(stack: LocalStack, liam: Person) -> None:
    made = applicant(stack, liam)
    made.until("phone", "code")
    old, new = link(made), link(made)
    other = Person(stack.url)
    assert_problem(other.post("/api/onboarding/resume", {"token": old}), 401)
    session = other.post("/api/onboarding/resume", {"token": new}).json()["session"]
    assert_problem(other.post("/api/onboarding/resume", {"token": new}), 401)
    mine = {"headers": {"x-onboarding-session": session}}
    assert_problem(other.post("/api/onboarding/resumed/send-sms", **mine), 429)
    assert other.post("/api/onboarding/resumed/code", {"code": made.code()}, **mine).status_code == 200
    made.until("documents", "signature")
    assert_problem(other.post("/api/onboarding/resumed/video-session", **mine), 409)
    (document,) = other.get("/api/onboarding/resumed/status", **mine).json()["documents"]
    read = other.get(f"/api/onboarding/resumed/documents/{document['document_id']}", **mine).json()
    assert "Mei Ito" in text_of(read["url"])
    body = {"document_id": document["document_id"], "name": "mei ito"}
    assert other.post("/api/onboarding/resumed/sign", body, **mine).status_code == 200
    made.ended("active")
    assert "resumed" in made.types()
    assert_problem(other.get("/api/onboarding/resumed/status", headers={"x-onboarding-session": "x" * 43}), 401)


def test_a_resume_link_that_is_too_old_opens_nothing(stack: LocalStack, active: Applicant) -> None:
    long_ago = ResumeTokens(
        stack.client("dynamodb"), stack.outputs["OnboardingTableName"], lambda: int(time.time() * 1000) - 3_600_000
    )
    long_ago.keep(active.application_id, "t" * 32, seconds=1800)
    assert_problem(Person(stack.url).post("/api/onboarding/resume", {"token": "t" * 32}), 401)


def test_withdrawing_undoes_what_was_done_and_says_nothing(stack: LocalStack, liam: Person) -> None:
    made = applicant(stack, liam, changes={"utc_offset_min": offset_at(8, 5)})
    made.verify()
    made.until("documents", "signature")
    reminder = {"application_id": made.application_id, "what": "signature"}
    assert invoke(stack, "onboarding-reminders", reminder) == {"reminded": "later"}
    assert schedules(stack, made) >= {"later"}
    for times, told in ((1, "messages"), (2, "emails")):
        assert invoke(stack, "onboarding-reminders", {**reminder, "put_off": "yes"}) == {"reminded": "yes"}
        assert made.view()["waiting"]["reminders"] == times
        assert made.inbox()[told], told
    made.expect(200, made.post("withdraw"))
    made.ended("withdrawn")
    assert undone(made) == ["document"]
    assert len(made.inbox()["emails"]) == 1
    assert schedules(stack, made) == set()
    assert invoke(stack, "onboarding-reminders", reminder) == {"reminded": "no"}


# --- Haste: other settings, so these come last


@pytest.fixture(scope="module")
def haste(stack: LocalStack) -> Iterator[None]:
    """Codes may follow each other at once, and nobody has long to sign."""
    with configured(stack, "OnboardingApi", ONBOARDING_CODE_APART_S="0", ONBOARDING_SIGNATURE_S="4"):
        yield


def test_wrong_codes_use_a_code_up_and_another_one_goes_on(haste: None, stack: LocalStack, liam: Person) -> None:
    made = applicant(stack, liam)
    made.until("phone", "code")
    first = made.code()
    wrong = "000000" if first != "000000" else "111111"
    for status in (422, 422, 409):
        assert_problem(made.post("code", {"code": wrong}), status)
    made.expect(200, made.person.post("/api/onboarding/send-sms", {}))
    eventually(made.inbox, lambda inbox: len(inbox["codes"]) == 2)
    made.until("phone", "code")
    assert_problem(made.post("code", {"code": "12"}), 422)
    made.expect(200, made.post("code", {"code": made.code()}))
    made.until("documents", "signature")
    assert made.types().count("code_wrong") == 3


def test_a_number_that_no_code_reaches_is_a_matter_for_a_person(stack: LocalStack, liam: Person) -> None:
    """The sandbox blocks numbers that end so, and tells it by the signed callback only."""
    made = Applicant(stack, customer(stack), liam)
    made.body["phone"] = f"{str(made.body['phone'])[:-4]}9999"
    made.begin()
    made.until("review", "review")
    failed = [event["detail"] for event in made.history()["events"] if event["type"] == "phone_failed"]
    assert failed == [{"reason": "blocked"}]
    made.expect(200, made.decide("review", {"decision": "approve", "code": "called_back"}))
    made.until("documents", "signature")


def test_an_applicant_who_does_not_come_back_in_time_expires(haste: None, stack: LocalStack, liam: Person) -> None:
    made = to_signature(stack, liam)
    made.ended("expired")
    assert undone(made) == ["document"]
    assert made.inbox()["emails"][-1]["subject"] == "Your application has expired"
    assert_problem(made.post("withdraw"), 409)
    assert json.dumps(made.history()).count("Mei Ito") == 0
