"""No identifier and no value from outside reaches the text of a query, whatever it is."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapport.assist import questions
from rapport.assist.identity import identify
from rapport.vendors.bigquery import Kind, Statement, Table
from rapport.vendors.secrets import BigQueryCredentials

from tests.builders.assist import bigquery, conversation
from tests.builders.vendors import Wire, credentials

STATEMENTS = [found for found in vars(questions).values() if isinstance(found, Statement)]
KNOWN = BigQueryCredentials.model_validate(credentials().of("bigquery"))
EMPTY = httpx.Response(200, json={"jobComplete": True, "schema": {"fields": []}, "jobReference": {"jobId": "j"}})
NASTY = st.sampled_from(
    ["' OR '1'='1", "'; DROP TABLE complaints; --", "`rapport-demo.cx.users`", "{complaints}", "@pcin", "\\", '"', "\n"]
)
TEXT = st.one_of(st.text(), st.builds("{}{}{}".format, st.text(max_size=5), NASTY, st.text(max_size=5)))


def sent(statement: Statement, values: dict[str, Any]) -> dict[str, Any]:
    wire = Wire([EMPTY])
    bigquery(wire).query(statement, values, deadline_s=4)
    body: dict[str, Any] = wire.body()
    return body


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.name)
@given(pcin=TEXT, bcin=TEXT, many=st.lists(TEXT, max_size=4))
def test_the_text_of_a_query_is_the_same_for_every_value(
    statement: Statement, pcin: str, bcin: str, many: list[str]
) -> None:
    offered: dict[str, Any] = {"since": "2026-01-01", "pcin": pcin, "bcin": bcin, "bcins": many}
    body = sent(statement, {name: offered[name] for name in statement.parameters})
    assert body["query"] == statement.sql(KNOWN)
    found = {each["name"]: each["parameterValue"] for each in body["queryParameters"]}
    for name, kind in statement.parameters.items():
        if kind is Kind.STRINGS:
            assert [item["value"] for item in found[name]["arrayValues"]] == many
        else:
            assert found[name]["value"] == offered[name]
    rest = {key: value for key, value in body.items() if key not in {"queryParameters", "query"}}
    for value in (pcin, bcin):
        assert len(value) < 6 or value not in json.dumps(rest, ensure_ascii=False)


@given(project=TEXT, dataset=TEXT)
def test_a_project_or_data_set_that_is_no_identifier_makes_no_query(project: str, dataset: str) -> None:
    raw = {**credentials().of("bigquery"), "project": project, "dataset": dataset}
    try:
        known = BigQueryCredentials.model_validate(raw)
    except ValueError:
        return
    text = STATEMENTS[0].sql(known)
    assert text.count("`") == 2 * STATEMENTS[0].text.count("{")
    assert f"`{project}.{dataset}." in text
    assert not set(project + dataset) & set("`'\" ;\n")


@given(st.dictionaries(TEXT, TEXT, max_size=6), TEXT, TEXT)
def test_whatever_stands_in_attributes_only_a_number_comes_out(
    attributes: dict[str, str], pcin: str, bcin: str
) -> None:
    found = identify(conversation({"purpose": "customer", "attributes": {**attributes, "pcin": pcin, "bcin": bcin}}))
    for subject in (found.subject, *found.candidates):
        for number in (subject.pcin, subject.bcin):
            assert number is None or (number.isascii() and number.isalnum() and 4 <= len(number) <= 20)


def test_every_table_is_asked_and_no_other() -> None:
    named = {table for statement in STATEMENTS for table in Table if f"{{{table.value}}}" in statement.text}
    assert named == set(Table)
    assert len(STATEMENTS) == 8
