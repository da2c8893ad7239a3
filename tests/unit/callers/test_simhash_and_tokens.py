"""Numbers become tokens that say nothing; the same script keeps nearly the same fingerprint."""

from __future__ import annotations

import pytest
from rapport.callers import simhash
from rapport.callers.tokens import TOKEN, NumberTokens

from tests.builders.callers import SCRIPT, TOKENS


def test_a_token_is_the_same_for_a_number_and_another_under_another_key() -> None:
    token = TOKENS.of("+81312345678")
    assert TOKEN.fullmatch(token)
    assert token == TOKENS.of("+81312345678")
    assert token != NumberTokens(bytes(32)).of("+81312345678")
    assert "12345678" not in token


def test_neighbours_share_a_block_and_others_do_not() -> None:
    assert TOKENS.block_of("+81312345678") == TOKENS.block_of("+81312345601")
    assert TOKENS.block_of("+81312345678") != TOKENS.block_of("+81312345778")
    assert TOKENS.block_of("+81312345678") != TOKENS.of("+813123456")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        NumberTokens(b"short")


def test_a_script_with_another_amount_and_one_word_misheard_stays_near() -> None:
    one = simhash.fingerprint(SCRIPT + " and pay 1499 dollars")
    other = simhash.fingerprint(SCRIPT.replace("important", "urgent") + " and pay 2350 dollars")
    assert one is not None
    assert other is not None
    assert simhash.distance(one, other) <= simhash.NEAR
    assert simhash.near(int(one, 16), other) == simhash.distance(one, other)


def test_other_talk_is_far() -> None:
    talk = (
        "good morning I lost my wallet on the train yesterday evening and would like to block both cards and have new "
        "ones sent to my office because nobody is at home during the week"
    )
    one, other = simhash.fingerprint(SCRIPT), simhash.fingerprint(talk)
    assert one is not None
    assert other is not None
    assert simhash.near(int(one, 16), other) is None


def test_too_few_words_have_no_fingerprint() -> None:
    assert simhash.fingerprint("hello is anybody there") is None
    assert simhash.fingerprint("") is None


def test_japanese_is_compared_by_characters() -> None:
    one = simhash.fingerprint(
        "こちらはカード会社です。お客様の口座で不審な取引が見つかりました。一番を押してください。"
    )
    other = simhash.fingerprint(
        "こちらはカード会社です。お客様の口座に不審な取引が見つかりました。二番を押してください。"
    )
    assert one is not None
    assert other is not None
    assert simhash.distance(one, other) < 20


def test_eight_bands_cover_the_fingerprint() -> None:
    assert simhash.bands("0123456789abcdef") == ["001", "123", "245", "367", "489", "5ab", "6cd", "7ef"]
