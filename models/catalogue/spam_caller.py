"""spam_caller: is this caller spam?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from rapport.inference.spam_caller import NAME, load_spam_caller

from models import export, spam_caller, spam_calls
from models.definition import Definition
from models.export import Exported


def of_labels(file: Path, published: Path) -> Definition[Exported]:
    return replace(
        DEFINITION,
        train=partial(spam_calls.train, file, published),
        judge=partial(spam_calls.judge, file, published),
    )


DEFINITION = Definition(
    name=NAME,
    train=spam_caller.train,
    write=export.write,
    write_card=export.write_card,
    check=load_spam_caller,
    of_labels=of_labels,
)
