"""An account from its registration to its end, and what abuse of it gets."""

from __future__ import annotations

import time

import pytest

from sandbox.stack import LocalStack
from tests.e2e.client import Person
from tests.e2e.newcomers import Newcomer, a_phone
from tests.e2e.remains import Remains
from tests.e2e.test_bad_input import assert_problem

pytestmark = pytest.mark.e2e


def refresh(url: str, token: str) -> dict[str, str]:
    answer = Person(url).post("/api/auth/refresh", {"refresh_token": token})
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def test_a_newcomer_proves_a_phone_number_before_anything_opens(stack: LocalStack) -> None:
    mei = Newcomer.at(stack.url)
    answer = mei.register()
    assert answer.status_code == 201, answer.text
    assert answer.json()["delivery"] == {"medium": "SMS", "destination": f"+{'*' * 10}{mei.phone[-2:]}"}
    assert_problem(mei.sign_in(), 401)
    code = mei.code()
    assert len(code) == 6
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert_problem(mei.verify(wrong), 422)
    assert_problem(mei.sign_in(), 401)
    assert mei.verify(code).status_code == 200
    person = Person.signed_in(stack.url, mei.username, mei.password)
    profile = person.get("/api/users/profile").json()
    assert (profile["roles"], profile["phone_number"]) == (["customer"], mei.phone)
    assert_problem(person.get("/api/calls"), 403)


def test_a_taken_name_shows_only_to_whoever_proved_a_number(stack: LocalStack) -> None:
    owner = Newcomer.at(stack.url)
    owner.join()
    stranger = Newcomer.at(stack.url, owner.username)
    free = Newcomer.at(stack.url)
    answers, seconds = [], []
    for each in (stranger, free):
        started = time.monotonic()
        answers.append(each.register())
        seconds.append(time.monotonic() - started)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json().keys() == answers[1].json().keys()
    assert abs(seconds[0] - seconds[1]) < 0.4, seconds
    assert_problem(stranger.verify(stranger.code()), 409)
    assert owner.sign_in().status_code == 200
    assert_problem(Person(stack.url).post("/api/auth/login", {"username": owner.username, "password": "X" * 12}), 401)


def test_codes_are_not_sent_to_premium_numbers_other_countries_or_without_end(stack: LocalStack) -> None:
    somebody = Newcomer.at(stack.url)
    for number in ("+81990504123", "+4470001234567", "+882161234567", "+81312345678", "+252612345678"):
        refused = somebody.register(phone_number=number)
        assert_problem(refused, 422)
        assert refused.json()["errors"][0]["field"] == "phone_number"
    phone = a_phone()
    statuses = [Newcomer.at(stack.url, phone=phone).register().status_code for _ in range(6)]
    assert statuses == [201] * 5 + [429]


def test_guessing_locks_an_account_for_everybody_in_the_same_words(stack: LocalStack) -> None:
    victim = Newcomer.at(stack.url)
    victim.join()
    nobody = Newcomer.at(stack.url)
    said = set()
    for who in (victim, nobody):
        for _ in range(5):
            body = {"username": who.username, "password": "Wrong-password-1"}
            answer = Person(stack.url).post("/api/auth/login", body)
            assert_problem(answer, 401)
            said.add(answer.json()["detail"])
    locked = victim.sign_in()
    assert_problem(locked, 401)
    said.add(locked.json()["detail"])
    assert len(said) == 1


def test_a_refresh_token_works_once_and_its_second_use_ends_the_session(stack: LocalStack) -> None:
    mei = Newcomer.at(stack.url)
    mei.join()
    first = mei.sign_in().json()
    second = refresh(stack.url, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    # An answer that was lost may be asked for again: the same token comes back.
    assert refresh(stack.url, first["refresh_token"])["refresh_token"] == second["refresh_token"]
    third = refresh(stack.url, second["refresh_token"])
    stolen = Person(stack.url).post("/api/auth/refresh", {"refresh_token": first["refresh_token"]})
    assert_problem(stolen, 401)
    assert_problem(Person(stack.url).post("/api/auth/refresh", {"refresh_token": third["refresh_token"]}), 401)


def test_sessions_are_listed_and_ended_one_by_one_and_all(stack: LocalStack) -> None:
    mei = Newcomer.at(stack.url)
    here = mei.join()
    there = mei.sign_in().json()
    listed = here.get("/api/users/sessions").json()["items"]
    assert [session["current"] for session in listed].count(True) == 1
    assert len(listed) == 2
    other = next(session for session in listed if not session["current"])
    assert other["address"].endswith("/24")
    path = f"/api/users/sessions/{other['session_id']}"
    assert here.request("DELETE", path).status_code == 204
    assert_problem(here.request("DELETE", path), 404)
    assert_problem(Person(stack.url).post("/api/auth/refresh", {"refresh_token": there["refresh_token"]}), 401)
    assert here.request("DELETE", "/api/users/sessions").status_code == 204
    assert here.get("/api/users/sessions").json()["items"] == []


def test_a_profile_is_changed_and_exported(stack: LocalStack) -> None:
    mei = Newcomer.at(stack.url)
    person = mei.join()
    changed = person.request("PUT", "/api/users/profile", json={"email": "mei@example.org", "locale": "ja"})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["email"], changed.json()["locale"]) == ("mei@example.org", "ja")
    assert_problem(person.request("PUT", "/api/users/profile", json={"email": "no address"}), 422)
    export = person.get("/api/users/export").json()
    assert export["profile"]["email"] == "mei@example.org"
    assert {"sessions", "applications", "documents", "customer"} <= export.keys()


def test_a_customer_is_erased_with_the_password_and_the_name_is_free_again(stack: LocalStack) -> None:
    mei = Newcomer.at(stack.url)
    person = mei.join()
    assert_problem(person.request("DELETE", "/api/users/me", json={"password": "Wrong-password-1"}), 401)
    erased = person.request("DELETE", "/api/users/me", json={"password": mei.password})
    assert erased.status_code == 200, erased.text
    assert erased.json() == {"erased": True, "kept": []}
    assert_problem(mei.sign_in(), 401)
    assert_problem(person.get("/api/users/profile"), 404)
    assert Newcomer.at(stack.url, mei.username).join().get("/api/users/profile").status_code == 200


def test_staff_do_not_erase_themselves(stack: LocalStack, emma: Person) -> None:
    body = {"password": stack.credentials["emma.clark"]}
    assert_problem(emma.request("DELETE", "/api/users/me", json=body), 409)


def test_what_a_customer_left_is_exported_then_erased_but_for_what_the_law_keeps(stack: LocalStack) -> None:
    mei = Newcomer.at(stack.url)
    person = mei.join()
    remains = Remains(stack, mei)
    remains.leave()
    said = person.post("/api/ai/chatbot", {"message": "I want to talk to a person"})
    assert said.status_code == 201, said.text
    export = person.get("/api/users/export").json()
    assert [turn["role"] for turn in export["ai"]["said"]] == ["customer", "assistant"]
    assert export["applications"][0]["applicant"]["name"] == "Ito Mei"
    assert {document["state"] for document in export["documents"]} == {"signed", "final"}
    assert export["customer"][0]["name"] == "Ito Mei"
    erased = person.request("DELETE", "/api/users/me", json={"password": mei.password})
    assert erased.status_code == 200, erased.text
    assert [kept["what"] for kept in erased.json()["kept"]] == ["signed documents", "bookings", "application events"]
    assert remains.journal.applicant(remains.application_id) is None
    assert remains.conversations.all_sessions(mei.username) == []
    customer = remains.customers.get(remains.customer_id)
    assert customer is not None
    assert (customer.name, customer.email) == ("Erased", None)
    states = {document.state.value for document in remains.documents.of_owner(remains.application_id)}
    assert states == {"signed", "discarded"}
