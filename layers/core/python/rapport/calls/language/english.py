"""English: phrases of payment and collection calls, intents, and a small sentiment lexicon."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")")


_NOT_ABLE = r"(?:can't|cannot|can not|couldn't|could not|won't be able to|will not be able to|not able to|unable to|not going to be able to|don't think i can|isn't possible to|not possible to)"
_PAY = r"(?:pay|afford|make (?:the|my|this|that|a|any) (?:\w+ )?payment|cover|come up with|catch up|keep up)"

PAYMENT_TROUBLE = _any(
    rf"{_NOT_ABLE} (?:\w+ ){{0,3}}{_PAY}",
    r"(?:behind|late|fallen behind) (?:on|with) (?:my|the|our|this) (?:\w+ )?(?:payments?|bills?|account|card|loan|mortgage|rent)",
    r"(?:lost|losing|laid off from|let go from) (?:my|his|her|our|the) job",
    r"(?:i'm|i am|been|got|was|were) (?:currently )?(?:unemployed|out of work|laid off|furloughed|made redundant)",
    r"(?:no|don't have (?:any|the|enough)|haven't got (?:any|the|enough)|short (?:on|of)|out of|ran out of|not enough) (?:money|cash|funds|income)",
    r"(?:missed|skipped|bounced) (?:a|my|the|last|two|three|several) (?:\w+ )?payments?",
    r"(?:hours|pay|salary|income) (?:was|were|got|has been|have been) (?:cut|reduced|slashed)",
    r"(?:bankrupt|bankruptcy|foreclosure|repossess\w*|evicted|eviction)",
    r"(?:financial|money) (?:hardship|trouble|troubles|difficult\w*|problems?|issues?)",
    r"(?:struggling|hard time|tough time|difficulty) (?:\w+ ){0,3}(?:pay\w*|bills?|financially|money)",
    r"(?:medical|hospital) bills?",
    r"can't (?:\w+ )?(?:right now|this month|at the moment)",
    r"too much for me",
    r"living (?:paycheck|pay check) to (?:paycheck|pay check)",
)
REFUSAL = _any(
    r"(?:i'm|i am|we're|we are) not (?:going to|gonna) pay",
    r"(?:i|we) (?:won't|will not|refuse to|am not paying|are not paying|don't want to|do not want to) pay",
    r"(?:i|we) (?:won't|will not) be paying",
    r"not paying (?:it|this|that|you|a (?:cent|penny|dime))",
    r"you(?:'ll| will) (?:never )?(?:get|see) (?:nothing|a cent|a penny|your money)",
    r"(?:take me to court|sue me|talk to my lawyer|speak to my lawyer)",
    r"stop calling",
)
DISPUTE = _any(
    r"(?:i )?(?:don't|do not|never) (?:owe|recogni[sz]e|authori[sz]ed?|made|make|ordered|signed)",
    r"(?:isn't|is not|wasn't|was not|not) (?:my|mine) (?:charge|debt|account|transaction|purchase)?",
    r"(?:already|have) paid (?:it|this|that|for)",
    r"(?:dispute|disputing|contest|contesting) (?:the|this|that|a|my)",
    r"(?:wrong|incorrect|mistaken) (?:amount|charge|bill|balance|person|number)",
    r"(?:fraudulent|unauthori[sz]ed) (?:charge|transaction|payment|purchase)",
    r"charged (?:me )?twice|double charged|overcharged",
)
_PROMISE = _any(
    r"(?:i|we)(?:'ll| will| can| could| am going to|'m going to|'re going to| are going to| plan to| promise to| intend to) (?:\w+ ){0,3}(?:pay|send (?:the|a|it|my|you)|transfer|make (?:a|the|my|that|this) (?:\w+ )?payment|settle|bring (?:it|the account) (?:up to date|current)|clear (?:it|the balance))",
    r"(?:payment|money|it) will be (?:there|made|sent|paid|in) (?:by|on|next|this|tomorrow|tonight|today)",
    r"(?:you have|you've got) my word",
    r"(?:let me|i'd like to|i would like to|i want to) (?:pay|make a payment|settle)",
    r"put me down for",
)
_CONDITION = re.compile(
    r"\b(?:if|unless|maybe|might|not sure|depends|don't know|hope|hopefully|try to|wish)\b|\?|(?:can't|cannot|won't|not|unable to|never) (?:\w+ ){0,3}(?:pay|afford|promise|make)"
)


def promises(text: str) -> bool:
    """A commitment of the speaker: not a question, not conditional, not negated."""
    return any(
        _PROMISE.search(clause) and not _CONDITION.search(clause)
        for clause in re.split(r"[.;!]|, but | but | although ", text)
    )


INTENTS: dict[str, re.Pattern[str]] = {
    "hardship": PAYMENT_TROUBLE,
    "payment_arrangement": _any(
        r"(?:payment|repayment|instal+ment) (?:plan|arrangement|schedule|option)s?",
        r"(?:pay|paying) (?:it )?(?:in|by|over) (?:instal+ments|parts|several|a few|two|three|four|six|twelve)",
        r"(?:extend|extension|defer|deferral|postpone|push back|more time|a few more (?:days|weeks)|grace period)",
        r"(?:lower|reduce|smaller|waive) (?:the|my|that|a) (?:\w+ )?(?:payment|amount|interest|fee|rate)s?",
        r"(?:partial|part) payment|pay (?:half|part|some)",
    ),
    "make_payment": _any(r"(?:make|making|schedule|set up) (?:a|my|the) payment", r"pay (?:my|the|this) (?:bill|balance|card|loan)", r"pay(?:ing)? (?:it )?(?:off|in full)"),
    "dispute": DISPUTE,
    "cancel": _any(r"(?:cancel|close|terminate|shut down) (?:my|the|this|our) (?:\w+ )?(?:account|card|subscription|service|contract|policy|loan)", r"(?:leave|leaving|switch|switching) (?:to )?(?:the|your|another|a different) bank", r"take my (?:business|money) elsewhere"),
    "complaint": _any(r"(?:file|make|raise|lodge) a complaint", r"(?:complain|complaint)", r"(?:speak|talk) (?:to|with) (?:a|your|the) (?:manager|supervisor)", r"(?:unacceptable|ridiculous|outrageous|fed up|sick of|worst (?:service|bank)|terrible service)"),
    "lost_card": _any(r"(?:lost|stolen|misplaced|missing) (?:my )?(?:\w+ )?card", r"lost my (?:debit|credit|bank)", r"(?:replace|replacement|new) (?:\w+ )?card", r"card (?:was|got|has been) (?:lost|stolen)"),
    "balance": _any(r"(?:account|card|my|current|outstanding) balance", r"how much (?:do i owe|is (?:in|left))", r"balance (?:on|of|in)"),
    "transfer": _any(r"transfer (?:some |the )?money", r"(?:wire|send) money", r"transfer (?:from|to|between)"),
    "password_reset": _any(r"(?:reset|forgot|forgotten|change) (?:my )?(?:\w+ )?password", r"(?:locked out|can't log ?in|cannot log ?in)"),
    "appointment": _any(r"(?:schedule|book|make|set) (?:an|up an) appointment", r"appointment"),
    "payment_date": _any(r"when (?:is|was) (?:my|the) (?:\w+ )?(?:payment|bill) due", r"due date"),
}  # fmt: skip

_POSITIVE = {
    "thank": 1, "thanks": 1, "great": 2, "perfect": 2, "wonderful": 2, "excellent": 2, "awesome": 2, "good": 1,
    "appreciate": 2, "helpful": 2, "happy": 2, "glad": 1, "love": 2, "fantastic": 2, "relieved": 2, "relief": 2,
    "sure": 0.5, "fine": 0.5, "okay": 0.25, "welcome": 0.5, "kind": 1, "nice": 1, "best": 1, "pleased": 1.5,
    "amazing": 2, "solved": 1.5, "resolved": 1.5, "works": 0.5, "easy": 1,
}  # fmt: skip
_NEGATIVE = {
    "angry": 2, "upset": 2, "terrible": 2, "awful": 2, "horrible": 2, "worst": 2, "bad": 1.5, "frustrated": 2,
    "frustrating": 2, "ridiculous": 2, "unacceptable": 2, "disappointed": 2, "disappointing": 2, "worried": 1.5,
    "worry": 1, "stress": 1.5, "stressed": 2, "stressful": 2, "problem": 1, "trouble": 1.5, "wrong": 1, "hate": 2,
    "lost": 1, "stolen": 1.5, "scam": 2, "fraud": 1.5, "unfair": 2, "rude": 2, "useless": 2, "waste": 1.5,
    "struggling": 2, "desperate": 2, "unemployed": 1.5, "debt": 1, "overdue": 1, "late": 0.5, "complaint": 1.5,
    "disgusting": 2, "sick": 1, "tired": 1, "confused": 1, "confusing": 1, "difficult": 1, "hard": 0.5, "afraid": 1,
    "sad": 1.5, "sorry": 0.15, "unfortunately": 1, "never": 0.5, "can't": 0.75, "cannot": 0.75, "won't": 0.5,
    "impossible": 1.5, "crying": 2, "bankrupt": 2, "bankruptcy": 2, "eviction": 2, "lawyer": 1, "court": 1, "sue": 1.5,
}  # fmt: skip
_NEGATORS = {"not", "no", "isn't", "wasn't", "don't", "doesn't", "didn't", "never", "hardly", "without", "aren't"}
_TOKEN = re.compile(r"[a-z']+")


def sentiment(text: str) -> float:
    """-1 to 1. A negator up to two words before turns a word round at half strength."""
    tokens = _TOKEN.findall(text)
    total = weight = 0.0
    for position, token in enumerate(tokens):
        value = _POSITIVE.get(token, 0.0) - _NEGATIVE.get(token, 0.0)
        if not value:
            continue
        if any(before in _NEGATORS for before in tokens[max(0, position - 2) : position]):
            value *= -0.5
        total += value
        weight += abs(value)
    return max(-1.0, min(1.0, total / (weight + 1.0))) if weight else 0.0
