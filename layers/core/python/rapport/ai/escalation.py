"""When a person takes over: by words and by confidence, never by what a model says about itself alone."""

# ruff: noqa: E501 - sentences and phrase lists read better unwrapped
from __future__ import annotations

import re
from collections.abc import Sequence

from rapport.ai.clean import clean_text
from rapport.ai.results import Intent

LOW_CONFIDENCE = 0.35
TURNS = 2

# The first that holds names the reason: what hurts most comes first.
_WORDS: tuple[tuple[Intent, str], ...] = (
    (Intent.VULNERABLE,
     r"\b(?:suicid\w*|kill myself|end my life|self.?harm|bereave\w*|my (?:husband|wife|mother|father|partner) (?:has )?died"
     r"|domestic (?:abuse|violence)|gambling addict\w*|can(?:no|')?t afford (?:food|rent|to eat)|homeless|dementia)\b"
     r"|自殺|死にたい|自傷|暴力を受け|認知症|食べるものがない|生活できない|亡くなりました"),
    (Intent.FRAUD,
     r"\b(?:fraud\w*|scam\w*|stolen|hacked|phish\w*|identity theft|not me who|unauthori[sz]ed|somebody else (?:used|opened))\b"
     r"|詐欺|不正利用|不正使用|盗まれ|乗っ取|なりすまし|身に覚えのない"),
    (Intent.LEGAL,
     r"\b(?:lawyer|attorney|solicitor|sue you|lawsuit|legal action|take you to court|ombudsman|regulator)\b"
     r"|弁護士|訴え|訴訟|裁判|法的措置|金融庁|消費生活センター"),
    (Intent.COMPLAINT,
     r"\b(?:complain\w*|complaint|unacceptable|outrageous|terrible service|worst|disgust\w*|furious)\b"
     r"|苦情|クレーム|ひどい対応|許せない|最悪|不愉快|納得できない"),
    (Intent.HUMAN,
     r"\b(?:(?:talk|speak|chat|connect|write|transfer|get) (?:\w+ ){0,3}(?:to|with|me) (?:\w+ ){0,3}?(?:person|human|agent|someone"
     r"|somebody|representative|operator|adviser|advisor|colleague)|real (?:person|human)|human (?:being|agent|please)|call me"
     r"|customer service)\b|担当者|オペレーター|人間と|人と話|電話をください|電話して"),
)  # fmt: skip
_COMPILED = tuple((intent, re.compile(pattern, re.IGNORECASE)) for intent, pattern in _WORDS)


def asked_for(text: str) -> Intent | None:
    """The reason for a person in the words of a message; None when there is none."""
    cleaned = clean_text(text)
    return next((intent for intent, pattern in _COMPILED if pattern.search(cleaned)), None)


def lost(confidences: Sequence[float]) -> bool:
    """Whether the last turns, this one included, were all answered with little confidence."""
    last = confidences[-TURNS:]
    return len(last) == TURNS and all(confidence < LOW_CONFIDENCE for confidence in last)
