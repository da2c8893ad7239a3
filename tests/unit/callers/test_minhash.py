"""What was said becomes a sketch that says how much two texts share, and nothing of the words."""

from __future__ import annotations

import random

import pytest
from rapport.callers import minhash, simhash

from tests.builders.callers import SCRIPT

TALK = (
    "good morning I lost my wallet on the train yesterday evening and would like to block both cards and have new "
    "ones sent to my office because nobody is at home during the week"
)


def sketched(text: str) -> str:
    found = minhash.sketch(text)
    assert found is not None
    return found


def heard(text: str, share: float, rng: random.Random) -> str:
    """The text with this share of its words taken for others."""
    return " ".join(f"other{rng.randrange(10**6)}" if rng.random() < share else word for word in text.split())


def test_a_script_with_another_amount_and_one_word_misheard_is_alike() -> None:
    one = sketched(SCRIPT + " and pay 1499 dollars")
    other = sketched(SCRIPT.replace("important", "urgent") + " and pay 2350 dollars")
    assert minhash.likeness(one, other) >= minhash.ALIKE
    assert set(minhash.bands(one)) & set(minhash.bands(other))


def test_other_talk_is_not() -> None:
    assert minhash.likeness(sketched(SCRIPT), sketched(TALK)) < 0.2


@pytest.mark.parametrize(("share", "linked"), [(0.02, 0.99), (0.05, 0.9), (0.10, 0.5)])
def test_a_script_that_is_misheard_is_mostly_linked(share: float, linked: float) -> None:
    rng = random.Random(1)
    script = " ".join(f"{word}{number}" for number, word in enumerate(["word"] * 60)).translate(
        str.maketrans("0123456789", "abcdefghij")
    )
    pairs = [(sketched(heard(script, share, rng)), sketched(heard(script, share, rng))) for _ in range(100)]
    near = [minhash.likeness(*pair) >= minhash.ALIKE for pair in pairs]
    met = [bool(set(minhash.bands(one)) & set(minhash.bands(other))) for one, other in pairs]
    assert sum(both for both in map(all, zip(near, met, strict=True))) >= 100 * linked


def test_likeness_is_about_the_share_of_words_that_both_have() -> None:
    rng = random.Random(2)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(90)]
    guesses = []
    for _ in range(50):
        rng.shuffle(words)
        # Each word alone between two that every text has, so that pairs are shared as words are.
        one, other = (" the ".join(sorted(part)) for part in (words[:60], words[30:]))
        guesses.append(minhash.likeness(sketched(one), sketched(other)))
    assert sum(guesses) / len(guesses) == pytest.approx(1 / 3, abs=0.05)


def test_too_few_words_have_no_sketch() -> None:
    assert minhash.sketch("hello is anybody there") is None
    assert minhash.sketch("") is None


def test_a_word_said_twenty_times_is_like_itself_alone() -> None:
    one = sketched("hello " * 20)
    assert minhash.likeness(one, one) == 1.0
    assert minhash.likeness(one, sketched("goodbye " * 20)) == 0.0


def test_japanese_is_compared_by_characters() -> None:
    one = sketched("こちらはカード会社です。お客様の口座で不審な取引が見つかりました。一番を押してください。")
    other = sketched("こちらはカード会社です。お客様の口座に不審な取引が見つかりました。二番を押してください。")
    assert minhash.likeness(one, other) >= minhash.ALIKE


def test_a_sketch_fits_an_event_and_tells_no_words() -> None:
    found = sketched(SCRIPT)
    assert len(found) == 64
    assert not set(SCRIPT.split()) & set(found.lower().replace("_", "-").split("-"))


def test_what_older_events_tell_is_still_compared() -> None:
    assert simhash.near("fe8bd380a2bd7ba5", "de8a5380a2ad6385") == 7
    assert simhash.near("fe8bd380a2bd7ba5", "161496be3ddaf0c7") is None
    assert simhash.bands("0123456789abcdef") == ["001", "123", "245", "367", "489", "5ab", "6cd", "7ef"]
