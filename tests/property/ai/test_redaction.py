"""Redaction loses nothing on the way back and lets nothing personal out."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rapport.ai.clean import clean_text
from rapport.ai.redaction import Redaction, luhn

SEPARATORS = st.sampled_from(["", " ", "-", ".", "  ", " - "])
NAMES = st.sampled_from(["Alex Morgan", "山田 花子", "Jean-Luc O'Neill", "Li", "佐々木 翔", "林", "María Peña"])
LITERALS = st.sampled_from(
    ["[[NAME_1]]", "[[EMAIL_2]]", "[[", "]]", "alex@example.com", "+81 90-1234-5678", "2026-11-21"]
)
TEXTS = st.lists(st.one_of(st.text(max_size=30), NAMES, LITERALS), max_size=8).map(" ".join)


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, str]:
    """A card number that passes Luhn, and how somebody wrote it."""
    body = draw(st.text("0123456789", min_size=12, max_size=18))
    digits = next(body + check for check in "0123456789" if luhn(body + check))
    written = digits[0] + "".join(draw(SEPARATORS) + digit for digit in digits[1:])
    return digits, written


@given(text=TEXTS, name=NAMES)
@example(text="[[NAME_1]] Alex Morgan [[TEXT_1]]", name="Alex Morgan")
def test_what_was_taken_out_comes_back_exactly(text: str, name: str) -> None:
    redaction = Redaction((name,))
    assert redaction.restore(redaction.redact({"a": [text], "b": text})) == {"a": [text], "b": text}


@given(card=cards(), before=st.text(max_size=20), after=st.text(max_size=20), name=NAMES)
@example(card=("4111111111111111", "4111 1111 1111 1111"), before="GB", after="x", name="Li")
def test_no_digit_run_of_a_card_number_survives(card: tuple[str, str], before: str, after: str, name: str) -> None:
    digits, written = card
    sent = Redaction((name,)).redact(clean_text(f"{before} {written} {after}"))
    left = re.sub(r"\D", "", re.sub(r"\[\[[A-Z]+_\d+\]\]", " | ", sent).replace("|", "x"))
    assert written not in sent
    assert all(digits[start : start + 7] not in left for start in range(len(digits) - 6))


@given(
    local=st.from_regex(r"[a-z][a-z0-9._]{0,12}[a-z0-9]", fullmatch=True),
    host=st.sampled_from(["example.com", "mail.example.co.jp", "x-y.example.org"]),
    around=st.sampled_from(["write to {}", "「{}」まで", "<{}>", "{},"]),
)
def test_no_email_address_survives(local: str, host: str, around: str) -> None:
    address = f"{local}@{host}"
    assert address not in Redaction().redact(around.format(address))


@given(number=st.from_regex(r"(?:\+81|\+1|0)[ -]?[0-9]{2,3}[ -]?[0-9]{3,4}[ -]?[0-9]{4}", fullmatch=True))
def test_no_phone_number_survives(number: str) -> None:
    sent = Redaction().redact(f"call me at {number}, please")
    assert number not in sent
    assert not re.search(r"\d{3}", re.sub(r"\[\[[A-Z]+_\d+\]\]", "", sent))


@given(name=NAMES.filter(lambda name: len(name) > 2), loud=st.booleans())
def test_no_part_of_a_given_name_survives(name: str, loud: bool) -> None:
    written = name.upper() if loud else name
    sent = Redaction((name,)).redact(f"This is {written}, {written.split()[0]} speaking. {written.replace(' ', '')}様")
    for part in re.split(r"[\s-]+", written):
        if len(part) > 1:
            assert part not in sent


def test_an_iban_is_taken_out_whole_and_what_only_looks_like_one_keeps_no_name() -> None:
    redaction = Redaction(("Alex Morgan",))
    sent = redaction.redact("pay DE89 3704 0044 0532 0130 00 thanks, ab12 alex morgan contact, gb99 bob@example.com")
    assert redaction.kinds == {"IBAN": 1, "NAME": 1, "EMAIL": 1}
    assert "3704" not in sent


def test_a_person_who_says_the_name_is_not_told_on() -> None:
    assert "Robert" not in Redaction().redact("Hi, my name is Robert Fox and I need help")


@given(st.text(max_size=300))
def test_cleaning_is_done_once(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert len(cleaned) <= 2000
    assert all(c.isprintable() or c in "\n\t" for c in cleaned)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029"])
def test_a_line_begins_only_where_it_is_seen_to(separator: str) -> None:
    assert clean_text(f"a{separator}b\u1680c") == "a\nb c"
