"""The Word templates say what the adapter fills, in both languages, and are what their words make."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rapport.documents.model import Document, DocumentKind, Language
from rapport.documents.service import DocumentService
from rapport.documents.templates import content, template, templates
from rapport.onboarding.adapters import ApplicationDocuments
from rapport.onboarding.products import ProductId

from tests.builders.documents import Typewriter
from tests.builders.onboarding import applicant
from tools.templates import differing, tags_of

ALL = [(kind, language) for kind in DocumentKind for language in ("en", "ja")]


class Nothing:
    """Keeps nothing: a store, values and files for a service that is only to fill."""

    def load(self, document_id: str) -> Document | None:
        return None

    def of_owner(self, owner: str) -> Sequence[Document]:
        return ()

    def save(self, document: Document) -> None: ...

    def put(self, name: str, content: object) -> None: ...

    def get(self, document_id: str) -> None: ...

    def drop(self, name: str) -> None: ...


def names(values: object) -> set[str]:
    """Names of values, those of table rows included."""
    found: set[str] = set()
    if isinstance(values, dict):
        for name, value in values.items():
            found |= {name} | names(value)
    elif isinstance(values, list):
        for row in values:
            found |= names(row)
    return found


@pytest.mark.parametrize("product", list(ProductId))
@pytest.mark.parametrize(("kind", "language"), ALL)
def test_every_tag_of_a_template_is_filled(kind: DocumentKind, language: Language, product: ProductId) -> None:
    typewriter, nothing = Typewriter(), Nothing()
    service = DocumentService(nothing, nothing, nothing, typewriter, lambda: 0)  # type: ignore[arg-type]
    ApplicationDocuments(service, "The Bank").make(applicant(language=language, product=product), kind)
    (values,) = typewriter.filled
    found = template(kind, language)
    assert set(found.tags) <= names(values)
    assert set(found.tags) == set(tags_of(content(found)))


def test_nothing_is_filled_that_no_template_asks_for() -> None:
    typewriter, nothing = Typewriter(), Nothing()
    service = DocumentService(nothing, nothing, nothing, typewriter, lambda: 0)  # type: ignore[arg-type]
    ApplicationDocuments(service, "The Bank").make(applicant(), DocumentKind.ACCOUNT_AGREEMENT)
    asked = {tag for found in templates() for tag in found.tags}
    assert names(typewriter.filled[0]) == asked


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_both_languages_ask_for_the_same(kind: DocumentKind) -> None:
    assert set(template(kind, "en").tags) == set(template(kind, "ja").tags)


def test_the_committed_files_say_what_their_words_say() -> None:
    assert differing() == []
