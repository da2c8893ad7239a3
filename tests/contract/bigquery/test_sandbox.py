"""Our gateway and our statements against a server that runs them: parameters, partitions, cost, reasons, jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from rapport.assist import panels as fold
from rapport.assist import questions
from rapport.assist.identity import Subject
from rapport.vendors.bigquery import BigQuery, Kind, Statement
from rapport.vendors.errors import VendorMisconfigured, VendorRefused, VendorUnavailable

from sandbox.vendors.bigquery import BigQuerySandbox
from tests.builders.assist import bigquery_at
from tests.builders.vendors import Server, credentials, served

ANN = Subject(pcin="C00001")
SINCE = datetime.now(UTC).date() - timedelta(days=400)
VALUES: dict[str, Any] = {"since": SINCE, "pcin": "C00001", "bcin": ""}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served(lambda _: {"/sandbox/bigquery": BigQuerySandbox(credentials()).application()}) as found:
        yield found


@pytest.fixture
def bigquery(server: Server) -> Iterator[BigQuery]:
    yield bigquery_at(f"{server.url}/sandbox/bigquery")
    server.post("/sandbox/bigquery/_jobs", {"running_s": 0})
    server.post("/sandbox/bigquery/_reasons", {"reason": "backendError", "times": 0})
    server.post("/sandbox/bigquery/_faults", {"mode": "none"})


def rows(bigquery: BigQuery, statement: Statement, **more: Any) -> list[dict[str, Any]]:
    return bigquery.query(statement, {**VALUES, **more}, deadline_s=8).rows


def test_every_statement_of_ours_runs_and_fills_its_panel(bigquery: BigQuery) -> None:
    assert len(fold.kpis(rows(bigquery, questions.KPIS)).kpis) >= 10
    relations = rows(bigquery, questions.RELATIONS)
    own = fold.businesses(relations, ANN)
    assert own == ["B000001", "B000002"]
    assert {row["pcin"] for row in relations} >= {"C00001", "C00002"}
    paid = bigquery.query(questions.PAYMENTS, {"since": SINCE, "bcins": own}, deadline_s=8).rows
    assert {row["bcin"] for row in paid} == set(own)
    revenue = fold.revenue(rows(bigquery, questions.REVENUE), f"{datetime.now(UTC):%Y-%m}")
    assert len(revenue.trend) >= 12
    assert len(revenue.mix) == 4
    assert fold.transactions(rows(bigquery, questions.TRANSACTIONS)).payments > 0
    assert fold.inhibits(rows(bigquery, questions.INHIBITS)).active
    assert fold.journey(rows(bigquery, questions.JOURNEY)).steps
    assert fold.complaints(rows(bigquery, questions.COMPLAINTS)).open == 1


def test_parameters_are_applied_and_a_hostile_one_finds_nothing(bigquery: BigQuery) -> None:
    for pcin in ("C99999", "' OR '1'='1", "C00001' --", "x'; DROP TABLE complaints; --"):
        assert rows(bigquery, questions.COMPLAINTS, pcin=pcin) == []
    assert rows(bigquery, questions.COMPLAINTS)


def test_a_business_alone_has_its_own_figures(bigquery: BigQuery) -> None:
    one = rows(bigquery, questions.REVENUE, pcin="", bcin="B000002")
    both = rows(bigquery, questions.REVENUE)
    assert 0 < sum(row["revenue"] for row in one) < sum(row["revenue"] for row in both)
    assert fold.kpis(rows(bigquery, questions.KPIS, pcin="", bcin="B000002")).kpis
    assert rows(bigquery, questions.REVENUE, pcin="", bcin="") == []


def test_timestamps_are_epoch_milliseconds(bigquery: BigQuery) -> None:
    (row, *_) = rows(bigquery, questions.JOURNEY)
    assert time.time() * 1000 - 200 * 86_400_000 < row["happened_at"] < time.time() * 1000


def test_a_job_that_runs_on_is_waited_for_and_then_given_up(bigquery: BigQuery, server: Server) -> None:
    server.post("/sandbox/bigquery/_jobs", {"running_s": 1})
    assert rows(bigquery, questions.KPIS)
    server.post("/sandbox/bigquery/_jobs", {"running_s": 60})
    started = time.monotonic()
    with pytest.raises(VendorUnavailable):
        bigquery.query(questions.KPIS, VALUES, deadline_s=1.0)
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "backendError", "internalError"])
def test_a_passing_reason_passes(bigquery: BigQuery, server: Server, reason: str) -> None:
    server.post("/sandbox/bigquery/_reasons", {"reason": reason, "times": 1})
    assert rows(bigquery, questions.KPIS)


@pytest.mark.parametrize(
    ("reason", "error"),
    [("invalidQuery", VendorRefused), ("notFound", VendorRefused), ("quotaExceeded", VendorMisconfigured)],
)
def test_a_lasting_reason_is_told_at_once(
    bigquery: BigQuery, server: Server, reason: str, error: type[Exception]
) -> None:
    server.post("/sandbox/bigquery/_reasons", {"reason": reason, "times": 3})
    with pytest.raises(error):
        rows(bigquery, questions.KPIS)


def raw(bigquery: BigQuery, **more: Any) -> httpx.Response:
    """A body that our gateway would never send."""
    settings = bigquery.settings.bigquery_url
    body = {"query": "SELECT 1", "useLegacySql": False, "parameterMode": "NAMED", **more}
    headers = {"authorization": f"Bearer {bigquery.identity.token()}"}
    return httpx.post(f"{settings}/bigquery/v2/projects/rapport-demo/queries", json=body, headers=headers)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT pcin FROM `rapport-demo.cx.complaints`", "invalidQuery"),
        ("SELECT pcin FROM `rapport-demo.cx.users`", "notFound"),
        ("SELECT pcin FROM `another.cx.complaints`", "notFound"),
        ("DELETE FROM `rapport-demo.cx.complaints` WHERE opened_on >= @since", "invalidQuery"),
        ("ATTACH DATABASE '/etc/passwd' AS x", "invalidQuery"),
        ("SELECT load_extension('x')", "invalidQuery"),
        ("SELECT nope FROM `rapport-demo.cx.complaints` WHERE opened_on >= @since", "invalidQuery"),
        ("SELECT @missing", "invalidQuery"),
        ("SELECT 1; SELECT 2", "invalidQuery"),
    ],
)
def test_the_server_refuses_what_google_refuses(bigquery: BigQuery, query: str, reason: str) -> None:
    since = {"name": "since", "parameterType": {"type": "DATE"}, "parameterValue": {"value": "2026-01-01"}}
    answer = raw(bigquery, query=query, queryParameters=[since])
    assert answer.status_code >= 400
    assert answer.json()["error"]["errors"][0]["reason"] == reason


def test_a_query_that_would_cost_more_is_not_run(bigquery: BigQuery) -> None:
    since = {"name": "since", "parameterType": {"type": "DATE"}, "parameterValue": {"value": "2026-01-01"}}
    query = "SELECT pcin FROM `rapport-demo.cx.complaints` WHERE opened_on >= @since"
    answer = raw(bigquery, query=query, queryParameters=[since], maximumBytesBilled="1000")
    assert answer.json()["error"]["errors"][0]["reason"] == "bytesBilledLimitExceeded"


def test_many_rows_come_in_pages(bigquery: BigQuery) -> None:
    statement = Statement(
        "pages", "SELECT amount FROM {transaction_data} WHERE booked_on >= @since", {"since": Kind.DATE}
    )
    result = bigquery.query(statement, {"since": SINCE}, deadline_s=8)
    assert (len(result.rows), result.complete) == (2000, False)


def test_a_token_for_another_provider_is_refused(server: Server) -> None:
    url = f"{server.url}/sandbox/bigquery"
    bigquery = bigquery_at(url)

    def elsewhere(_: str) -> dict[str, Any]:
        return original("//iam.googleapis.com/another")

    original = bigquery.identity._caller.signed_request
    object.__setattr__(bigquery.identity, "_caller", type("Stolen", (), {"signed_request": staticmethod(elsewhere)}))
    with pytest.raises(VendorRefused) as refused:
        bigquery.query(questions.KPIS, VALUES, deadline_s=4)
    assert refused.value.code == "invalid_grant"


def test_nobody_asks_without_a_token(server: Server) -> None:
    answer = httpx.post(f"{server.url}/sandbox/bigquery/bigquery/v2/projects/rapport-demo/queries", json={})
    assert answer.status_code == 401
