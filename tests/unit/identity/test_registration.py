"""Signing up: what opens an account, what a stranger learns, and what SMS pumping gets."""

from __future__ import annotations

import pytest
from rapport.identity.phones import block, masked, mobile
from rapport.runtime.errors import ConflictError, DependencyUnavailableError, InvalidInputError, TooManyRequestsError

from tests.builders.identity import CODE, HERE, PASSWORD, Branch, a_new

PHONE = "+819012345678"


def test_an_account_stays_shut_until_the_code_is_right(branch: Branch) -> None:
    assert branch.register() == "+**********78"
    assert branch.directory.accounts["mei"].enabled is False
    with pytest.raises(InvalidInputError, match="wrong or has expired"):
        branch.registrations.verify("mei", "000000", HERE.address)
    assert branch.directory.accounts["mei"].enabled is False
    branch.registrations.verify("MEI", CODE, HERE.address)
    assert branch.directory.accounts["mei"].enabled is True
    assert branch.directory.groups["mei"] == {"customer"}
    assert branch.actions() == ["day_opened", "registered"]


def test_a_code_is_good_for_an_hour(branch: Branch) -> None:
    branch.register()
    branch.now += 3_600_000
    with pytest.raises(InvalidInputError):
        branch.registrations.verify("mei", CODE, HERE.address)


def test_a_confirmation_that_failed_half_way_may_be_sent_again(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    branch.register()
    with monkeypatch.context() as broken:

        def unavailable(username: str) -> None:
            raise DependencyUnavailableError(username)

        broken.setattr(branch.directory, "confirm", unavailable)
        with pytest.raises(DependencyUnavailableError):
            branch.registrations.verify("mei", CODE, HERE.address)
    with pytest.raises(InvalidInputError):
        branch.registrations.verify("mei", "000000", HERE.address)
    branch.registrations.verify("mei", CODE, HERE.address)
    assert branch.directory.accounts["mei"].enabled is True


def test_a_taken_name_is_told_only_after_a_number_was_proven(branch: Branch) -> None:
    branch.join("mei")
    before = dict(branch.directory.passwords)
    assert branch.register("mei", "+819012345000") == "+**********00"
    assert branch.register("mai", "+819012345001") == "+**********01"
    assert branch.directory.passwords["mei"] == before["mei"]
    with pytest.raises(InvalidInputError):
        branch.registrations.verify("mei", "000000", HERE.address)
    with pytest.raises(ConflictError):
        branch.registrations.verify("mei", CODE, HERE.address)
    assert branch.directory.accounts["mei"].attributes["phone_number"] == PHONE


def test_free_and_taken_names_take_the_same_time(branch: Branch) -> None:
    branch.join("mei")
    branch.slept.clear()
    branch.register("mei", "+819012345000")
    branch.register("mai", "+819012345001")
    assert branch.slept == [1.0, 1.0]


@pytest.mark.parametrize(
    "password", ["short-1A!", "no-digits-Here!", "no-capitals-1!", "NO-SMALL-1!!", "NoSymbols1234"]
)
def test_a_weak_password_is_refused_before_the_name_is_looked_at(branch: Branch, password: str) -> None:
    branch.join("mei")
    sent = len(branch.codes.sent)
    for name in ("mei", "free"):
        with pytest.raises(InvalidInputError) as refused:
            branch.registrations.register(a_new(name, password=password), HERE.address)
        assert refused.value.field == "password"
    assert len(branch.codes.sent) == sent


def test_an_unproven_name_may_be_registered_again_by_anybody(branch: Branch) -> None:
    branch.register("mei", "+819012345678")
    branch.register("mei", "+819012340000")
    branch.registrations.verify("mei", CODE, HERE.address)
    assert branch.directory.accounts["mei"].attributes["phone_number"] == "+819012340000"


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+81990504123", "premium rate in Japan"),
        ("+447000123456", "personal number in the United Kingdom"),
        ("+19005551234", "premium rate in the United States"),
        ("+81312345678", "a land line"),
        ("+252612345678", "a country that is not served"),
        ("+882161234567", "a satellite"),
        ("0312345678", "no country code"),
        ("+81", "no number"),
        ("", "nothing"),
    ],
)
def test_numbers_that_pay_whoever_owns_them_get_no_code(branch: Branch, number: str, why: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        branch.register("mei", number)
    assert refused.value.field == "phone_number", why
    assert branch.codes.sent == []


def test_a_number_gets_so_many_codes_a_day_whoever_asks(branch: Branch) -> None:
    for turn in range(3):
        branch.register(f"name{turn}", PHONE, address=f"203.0.113.{turn}")
    with pytest.raises(TooManyRequestsError):
        branch.register("another", PHONE, address="198.51.100.1")
    assert len(branch.codes.sent) == 3
    branch.now += 86_400_000
    branch.register("another", PHONE)


def test_a_block_of_numbers_gets_so_many_codes_a_day(branch: Branch) -> None:
    for turn in range(6):
        branch.register(f"name{turn}", f"+81901234567{turn}", address=f"203.0.113.{turn}")
    with pytest.raises(TooManyRequestsError):
        branch.register("another", "+819012345699", address="198.51.100.1")


def test_an_address_and_a_day_have_their_caps(branch: Branch) -> None:
    for turn in range(8):
        branch.register(f"name{turn}", f"+8190123{turn}5678")
    with pytest.raises(TooManyRequestsError):
        branch.register("another", "+819098765432")
    for turn in range(2):
        branch.register(f"other{turn}", f"+8190223{turn}5678", address="198.51.100.1")
    with pytest.raises(TooManyRequestsError):
        branch.register("last", "+819098765432", address="192.0.2.1")
    assert len(branch.codes.sent) == 10


def test_addresses_of_one_ipv6_network_count_as_one(branch: Branch) -> None:
    for turn in range(8):
        branch.register(f"name{turn}", f"+8190123{turn}5678", address=f"2001:db8::{turn}")
    with pytest.raises(TooManyRequestsError):
        branch.register("another", "+819098765432", address="2001:db8::ffff")
    branch.register("another", "+819098765432", address="2001:db8:0:1::1")


def test_codes_cannot_be_guessed_by_asking_for_new_ones(branch: Branch) -> None:
    branch.register()
    refused = 0
    for guess in range(40):
        try:
            branch.registrations.verify("mei", f"{guess:06d}", f"203.0.113.{guess}")
        except InvalidInputError:
            refused += 1
        except TooManyRequestsError:
            break
    assert refused == 12


def test_started_and_completed_codes_are_measured(branch: Branch) -> None:
    branch.register("mei")
    branch.join("mai", "+819012345000")
    assert (branch.codes.begun, branch.codes.done) == (2, 1)


def test_the_table_keeps_no_number_in_clear_but_in_the_registration(branch: Branch) -> None:
    branch.join()
    client = branch.names._client
    everything = str(client.scan(TableName="identity")["Items"])
    for secret in (PHONE, HERE.address, PASSWORD, CODE):
        assert secret not in everything


def test_numbers_are_masked_and_grouped() -> None:
    assert masked(PHONE) == "+**********78"
    assert block(PHONE) == "+819012345"
    assert mobile("+81 90-1234-5678", {"JP"}) == PHONE
