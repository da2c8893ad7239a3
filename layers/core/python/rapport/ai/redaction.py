"""Personal data out of texts before they leave, and back afterwards.

Each distinct value becomes a placeholder such as `[[EMAIL_1]]`, the same in every text of one request. What is
taken out: links, e-mail addresses, IBANs, card numbers (by Luhn), every other run of seven digits or more (phone
and account numbers), and the names given with the request. Dates written 2026-01-31 stay.
Numbers in words ("four one one one") and names nobody gave are not recognised (docs/ai.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

PLACEHOLDER = re.compile(r"\[\[[A-Z]+_\d+\]\]")
_LINK = r"(?:https?://|www\.)[^\s\"'<>、。）)\]]+"
_EMAIL = r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+"
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9])")
_IBAN_LENGTHS = range(15, 35)
_DIGITS = r"\+?\(?\d(?:[\s\-.()/_,:*]{0,3}\d){6,}"
_INTRODUCED = r"(?<=[Mm]y name is )[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}"
_DATE = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_TITLES = r"(?=\s?(?:様|さま|さん|氏))"
_MASKS = {
    "en": {
        "LINK": "[link]", "EMAIL": "[e-mail]", "IBAN": "[account]", "CARD": "[card]", "NUMBER": "[number]",
        "NAME": "[name]", "TEXT": "[…]",
    },
    "ja": {
        "LINK": "[リンク]", "EMAIL": "[メール]", "IBAN": "[口座]", "CARD": "[カード]", "NUMBER": "[番号]",
        "NAME": "[氏名]", "TEXT": "[…]",
    },
}  # fmt: skip


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right."""
    values = [int(digit) for digit in reversed(digits)]
    return sum(sum(divmod(2 * v, 10)) if odd % 2 else v for odd, v in enumerate(values)) % 10 == 0


def _iban_end(text: str, start: int) -> int | None:
    """Where the longest IBAN that begins at `start` ends: its check digits are right (ISO 13616)."""
    plain, end, position = "", None, start
    while position < len(text) and len(plain) < _IBAN_LENGTHS.stop - 1:
        character = text[position]
        if character.isascii() and character.isalnum():
            plain += character.upper()
            if len(plain) in _IBAN_LENGTHS and int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1:
                end = position + 1
        elif character not in " -":
            break
        position += 1
    return end


def _ibans(text: str) -> list[tuple[int, int]]:
    """Where IBANs are, in order, none within another."""
    found: list[tuple[int, int]] = []
    for match in _IBAN_START.finditer(text):
        end = _iban_end(text, match.start())
        if end is not None and (not found or match.start() >= found[-1][1]):
            found.append((match.start(), end))
    return found


def _name_patterns(names: Iterable[str]) -> list[str]:
    """A whole name, its parts, and the parts run together: Japanese writes names without a space."""
    found: set[str] = set()
    for name in names:
        parts = [part for part in re.split(r"[\s,.・　@_-]+", name) if part]
        for value in (name.strip(), "".join(name.split()), "".join(parts), *parts):
            if len(value) < 2:
                if value and ord(value) > 0x2E80:
                    found.add(re.escape(value) + _TITLES)
                continue
            if value.isascii():
                if len(value) > 2 or len(parts) == 1:
                    found.add(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])")
            else:
                found.add(re.escape(value))
    return sorted(found, key=len, reverse=True)


class Redaction:
    """The placeholders of one request. `restore(redact(x)) == x` for any JSON value."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._placeholders: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        people = _name_patterns(names)
        kinds = [
            ("TEXT", PLACEHOLDER.pattern),
            ("LINK", _LINK),
            ("EMAIL", _EMAIL),
            ("NUMBER", _DIGITS),
            *((("NAME", "(?i:" + "|".join(people) + ")"),) if people else ()),
            ("INTRODUCED", _INTRODUCED),
        ]
        self._pattern = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds))

    @property
    def kinds(self) -> dict[str, int]:
        """How many distinct values of each kind were taken out."""
        return dict(self._counts)

    def redact(self, node: Any) -> Any:
        """The value with placeholders, at any depth; keys are ours and stay."""
        if isinstance(node, str):
            return self._redact_text(node)
        if isinstance(node, dict):
            return {key: self.redact(value) for key, value in node.items()}
        return [self.redact(item) for item in node] if isinstance(node, list | tuple) else node

    def restore(self, node: Any) -> Any:
        """The value with what the placeholders stand for."""
        if isinstance(node, str):
            return PLACEHOLDER.sub(lambda match: self._values.get(match[0], match[0]), node)
        if isinstance(node, dict):
            return {key: self.restore(value) for key, value in node.items()}
        return [self.restore(item) for item in node] if isinstance(node, list | tuple) else node

    def mask(self, text: str, language: str) -> str:
        """The text as it may be kept and shown again: what was taken out stays out."""
        words = _MASKS["ja" if language == "ja" else "en"]
        return PLACEHOLDER.sub(lambda match: words.get(match[0][2:].partition("_")[0], "[…]"), self.redact(text))

    def _redact_text(self, text: str) -> str:
        pieces, done = [], 0
        for start, end in _ibans(text):
            pieces += [self._pattern.sub(self._replace, text[done:start]), self._placeholder("IBAN", text[start:end])]
            done = end
        return "".join([*pieces, self._pattern.sub(self._replace, text[done:])])

    def _replace(self, match: re.Match[str]) -> str:
        kind, value = match.lastgroup or "TEXT", match[0]
        if kind == "NUMBER":
            if _DATE.fullmatch(value):
                return value
            digits = re.sub(r"\D", "", value)
            kind = "CARD" if 12 < len(digits) < 20 and luhn(digits) else "NUMBER"
        return self._placeholder("NAME" if kind == "INTRODUCED" else kind, value)

    def _placeholder(self, kind: str, value: str) -> str:
        if value not in self._placeholders:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._placeholders[value] = f"[[{kind}_{self._counts[kind]}]]"
            self._values[self._placeholders[value]] = value
        return self._placeholders[value]
