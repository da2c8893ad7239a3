"""The fraud screen at the door: versioned rules, each explained, the worst verdict wins. Rules never decline alone.

A rule in shadow is evaluated and recorded, and asks for nothing: that is how a new one is tried on real applicants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapport.onboarding.model import Applicant, RuleHit, Verdict

VERSION = 1
ADULT = 18
OLDEST = 110
# From how many applications of one day with the same value somebody should look.
SEEN = {"phone": 2, "email": 2, "device": 4}
# Addresses that anybody can read: https://www.rfc-editor.org/rfc/rfc2606 names the reserved ones.
THROWAWAY = frozenset({"mailinator.com", "guerrillamail.com", "10minutemail.com", "yopmail.com", "tempmail.com"})
CALLING_CODES = {"JP": "+81", "US": "+1", "GB": "+44", "DE": "+49", "FR": "+33", "SG": "+65", "AU": "+61"}


@dataclass(frozen=True)
class Facts:
    """What the rules look at."""

    applicant: Applicant
    seen: Mapping[str, int]
    today: date


@dataclass(frozen=True)
class Rule:
    """A rule: what it asks for when `fires` says why."""

    name: str
    verdict: Verdict
    fires: Callable[[Facts], str | None]
    shadow: bool = False

    def hit(self, facts: Facts) -> RuleHit | None:
        said = self.fires(facts)
        return RuleHit(rule=self.name, verdict=self.verdict, detail=said, shadow=self.shadow) if said else None


def _age(facts: Facts) -> int | None:
    try:
        born = date.fromisoformat(facts.applicant.birth_date)
    except ValueError:
        return None
    before_birthday = (facts.today.month, facts.today.day) < (born.month, born.day)
    return facts.today.year - born.year - before_birthday


def _implausible_age(facts: Facts) -> str | None:
    age = _age(facts)
    if age is None or not 0 <= age <= OLDEST:
        return "the date of birth is not plausible"
    return "younger than 18" if age < ADULT else None


def _seen_often(what: str) -> Callable[[Facts], str | None]:
    def fires(facts: Facts) -> str | None:
        count = facts.seen.get(what, 0)
        return f"{count} applications of a day share the {what}" if count >= SEEN[what] else None

    return fires


def throwaway(email: str) -> bool:
    """Whether an address is of those that anybody can read."""
    return email.rpartition("@")[2].lower() in THROWAWAY


def _throwaway(facts: Facts) -> str | None:
    return "the e-mail address can be read by anybody" if throwaway(facts.applicant.email) else None


def _foreign_number(facts: Facts) -> str | None:
    code = CALLING_CODES.get(facts.applicant.country)
    if code is None or facts.applicant.phone.startswith(code):
        return None
    return f"the phone number is not of {facts.applicant.country}"


def _digits_in_name(facts: Facts) -> str | None:
    return "the name holds digits" if any(letter.isdigit() for letter in facts.applicant.name) else None


RULES: tuple[Rule, ...] = (
    Rule("implausible_age", Verdict.REVIEW, _implausible_age),
    *(Rule(f"{what}_seen_often", Verdict.REVIEW, _seen_often(what)) for what in SEEN),
    Rule("throwaway_email", Verdict.REVIEW, _throwaway),
    Rule("foreign_number", Verdict.REVIEW, _foreign_number, shadow=True),
    Rule("digits_in_name", Verdict.REVIEW, _digits_in_name),
)


def screen(facts: Facts, opinions: Sequence[RuleHit] = (), rules: Sequence[Rule] = RULES) -> tuple[RuleHit, ...]:
    """Every rule that fired, in their order, then what models and assistants said."""
    return (*(hit for rule in rules if (hit := rule.hit(facts))), *opinions)


def verdict(hits: Sequence[RuleHit]) -> Verdict:
    """The worst of the hits that count. A refusal is a person's to decide, so declining asks for a review."""
    worst = Verdict.worst(*(hit.verdict for hit in hits if not hit.shadow))
    return Verdict.REVIEW if worst is Verdict.DECLINE else worst
