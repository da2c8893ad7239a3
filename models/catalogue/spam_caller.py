"""spam_caller: is this caller spam?"""

from __future__ import annotations

from rapport.inference.spam_caller import NAME, load_spam_caller

from models import export, spam_caller
from models.definition import Definition

DEFINITION = Definition(
    name=NAME, train=spam_caller.train, write=export.write, write_card=export.write_card, check=load_spam_caller
)
