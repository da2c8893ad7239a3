"""What is asked of BigQuery, what its answers mean, and how this account proves itself without a key."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote

import httpx
import pytest
from rapport.vendors.bigquery import PARTITIONS, Kind, Statement, Table
from rapport.vendors.errors import VendorMisconfigured, VendorRefused, VendorUnavailable

from tests.builders.assist import TokenWire, bigquery
from tests.builders.vendors import Wire, credentials

KNOWN = credentials().of("bigquery")
STATEMENT = Statement(
    "complaints",
    "SELECT category, n, amount, at, vip FROM {complaints} WHERE opened_on >= @since AND pcin IN UNNEST(@pcins)",
    {"since": Kind.DATE, "pcins": Kind.STRINGS},
)
VALUES: dict[str, Any] = {"since": date(2026, 1, 2), "pcins": ["C00001", "x'; DROP TABLE complaints; --"]}
FIELDS = [
    {"name": "category", "type": "STRING"}, {"name": "n", "type": "INTEGER"}, {"name": "amount", "type": "NUMERIC"},
    {"name": "at", "type": "TIMESTAMP"}, {"name": "vip", "type": "BOOLEAN"},
]  # fmt: skip
JOB = {"projectId": "rapport-demo", "jobId": "job_1", "location": "EU"}


def done(*rows: list[str | None], **more: Any) -> httpx.Response:
    """A finished job in Google's shape."""
    body = {
        "kind": "bigquery#queryResponse", "jobReference": JOB, "jobComplete": True, "schema": {"fields": FIELDS},
        "rows": [{"f": [{"v": value} for value in row]} for row in rows], "totalRows": str(len(rows)),
        "totalBytesProcessed": "10485760", **more,
    }  # fmt: skip
    return httpx.Response(200, json=body)


def refused(status: int, reason: str) -> httpx.Response:
    inner = {"reason": reason, "domain": "global", "message": "secret text of the query"}
    return httpx.Response(status, json={"error": {"code": status, "message": "secret text", "errors": [inner]}})


RUNNING = httpx.Response(200, json={"jobReference": JOB, "jobComplete": False})
ROW: list[str | None] = ["billing", "3", "10.500000000", "1795132800000000", "true"]


def test_values_travel_beside_the_text_and_the_cost_is_capped() -> None:
    wire = Wire([done(ROW)])
    bigquery(wire).query(STATEMENT, VALUES, deadline_s=4)
    (request,) = wire.requests
    assert str(request.url) == "https://bigquery.test/bigquery/v2/projects/rapport-demo/queries"
    assert request.headers["authorization"] == "Bearer ya29.token"
    body = wire.body()
    assert body["query"] == (
        "SELECT category, n, amount, at, vip FROM `rapport-demo.cx.complaints` "
        "WHERE opened_on >= @since AND pcin IN UNNEST(@pcins)"
    )
    assert body["queryParameters"] == [
        {"name": "since", "parameterType": {"type": "DATE"}, "parameterValue": {"value": "2026-01-02"}},
        {
            "name": "pcins",
            "parameterType": {"type": "ARRAY", "arrayType": {"type": "STRING"}},
            "parameterValue": {"arrayValues": [{"value": "C00001"}, {"value": "x'; DROP TABLE complaints; --"}]},
        },
    ]
    assert (body["useLegacySql"], body["parameterMode"]) == (False, "NAMED")
    assert body["maximumBytesBilled"] == "1000000000"
    assert body["formatOptions"] == {"useInt64Timestamp": True}
    assert body["requestId"] == "request-1"


def test_cells_are_read_by_their_type() -> None:
    result = bigquery(Wire([done(ROW, [None] * 5)])).query(STATEMENT, VALUES, deadline_s=4)
    assert result.rows[0] == {"category": "billing", "n": 3, "amount": 10.5, "at": 1795132800000, "vip": True}
    assert set(result.rows[1].values()) == {None}
    assert result.complete
    assert result.bytes_processed == 10485760


def test_an_answer_without_rows_is_an_empty_result() -> None:
    body = {"jobReference": JOB, "jobComplete": True, "schema": {"fields": FIELDS}, "totalRows": "0"}
    assert bigquery(Wire([httpx.Response(200, json=body)])).query(STATEMENT, VALUES, deadline_s=4).rows == []


def test_a_job_that_still_runs_is_asked_after_until_it_is_done() -> None:
    wire = Wire([RUNNING, RUNNING, done(ROW)])
    assert len(bigquery(wire).query(STATEMENT, VALUES, deadline_s=4).rows) == 1
    first, second, third = wire.requests
    assert (first.method, second.method, third.method) == ("POST", "GET", "GET")
    assert second.url.path == "/bigquery/v2/projects/rapport-demo/queries/job_1"
    assert second.url.params["location"] == "EU"
    assert second.url.params["formatOptions.useInt64Timestamp"] == "true"
    assert wire.clock.slept == [0.1, 0.2]


def test_a_job_that_is_not_done_in_time_is_cancelled() -> None:
    wire = Wire([RUNNING])
    started = wire.clock.at
    with pytest.raises(VendorUnavailable):
        bigquery(wire).query(STATEMENT, VALUES, deadline_s=3)
    assert wire.clock.at - started <= 3
    assert wire.requests[-1].method == "POST"
    assert wire.requests[-1].url.path.endswith("/jobs/job_1/cancel")


def test_pages_are_read_to_the_end() -> None:
    wire = Wire([done(ROW, pageToken="next"), done(ROW)])
    assert len(bigquery(wire).query(STATEMENT, VALUES, deadline_s=4).rows) == 2
    assert wire.requests[1].url.params["pageToken"] == "next"


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "rateLimitExceeded"), (503, "backendError"), (500, "internalError"), (502, "badGateway")],
)
def test_a_passing_reason_is_tried_again_as_the_same_request(status: int, reason: str) -> None:
    wire = Wire([refused(status, reason), done(ROW)])
    assert len(bigquery(wire).query(STATEMENT, VALUES, deadline_s=8).rows) == 1
    assert wire.body(0)["requestId"] == wire.body(1)["requestId"]


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (400, "invalidQuery", VendorRefused),
        (400, "bytesBilledLimitExceeded", VendorRefused),
        (404, "notFound", VendorRefused),
        (403, "quotaExceeded", VendorMisconfigured),
        (403, "accessDenied", VendorMisconfigured),
        # A reason decides, whatever the status says.
        (500, "invalidQuery", VendorRefused),
    ],
)
def test_a_lasting_reason_is_not_tried_again_and_not_quoted(status: int, reason: str, error: type[Exception]) -> None:
    wire = Wire([refused(status, reason)])
    with pytest.raises(error) as found:
        bigquery(wire).query(STATEMENT, VALUES, deadline_s=8)
    assert len(wire.requests) == 1
    assert found.value.code == reason  # type: ignore[attr-defined]
    assert "secret" not in str(found.value)


def test_no_attempt_outlasts_the_deadline() -> None:
    wire = Wire([httpx.Response(503)])
    started = wire.clock.at
    with pytest.raises(VendorUnavailable):
        bigquery(wire).query(STATEMENT, VALUES, deadline_s=0.4)
    assert wire.clock.at - started <= 0.4


def test_errors_in_an_answer_of_200_are_a_refusal() -> None:
    body = {"jobReference": JOB, "jobComplete": True, "errors": [{"reason": "invalidQuery", "message": "x"}]}
    with pytest.raises(VendorRefused) as found:
        bigquery(Wire([httpx.Response(200, json=body)])).query(STATEMENT, VALUES, deadline_s=4)
    assert found.value.code == "invalidQuery"


@pytest.mark.parametrize(
    "body",
    [
        {"jobComplete": False},
        {"jobComplete": False, "jobReference": {"jobId": "../../evil"}},
        {"jobReference": JOB, "jobComplete": True, "schema": {"fields": FIELDS}, "rows": [{"f": [{"v": "1"}]}]},
        {"jobReference": JOB, "jobComplete": True, "schema": {"fields": FIELDS}, "rows": [{"x": 1}]},
    ],
)
def test_an_unreadable_answer_is_an_outage_and_not_a_crash(body: dict[str, Any]) -> None:
    with pytest.raises(VendorUnavailable):
        bigquery(Wire([httpx.Response(200, json=body)])).query(STATEMENT, VALUES, deadline_s=4)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("SELECT 1 FROM {complaints}", {}),
        ("SELECT 1 FROM {complaints} WHERE opened_on >= '2026-01-01'", {}),
        ("SELECT 1 FROM {complaints}, {complaints} WHERE opened_on >= @since", {"since": Kind.DATE}),
        ("SELECT 1 FROM {users} WHERE opened_on >= @since", {"since": Kind.DATE}),
        ("SELECT @x FROM {complaints} WHERE opened_on >= @since", {"since": Kind.DATE}),
        ("SELECT 1 FROM {complaints} WHERE opened_on >= @since", {"since": Kind.DATE, "unused": Kind.STRING}),
    ],
)
def test_a_statement_without_partitions_or_with_another_table_cannot_be_written(
    text: str, parameters: dict[str, Kind]
) -> None:
    with pytest.raises(ValueError, match=r"."):
        Statement("wrong", text, parameters)


def test_there_are_six_tables() -> None:
    assert {table.value for table in Table} == {
        "complaints", "customer_kpis", "revenue_data", "transaction_data", "inhibit_data", "customer_journeys",
    }  # fmt: skip
    assert set(PARTITIONS) == set(Table)


# --- workload identity


def test_the_account_proves_itself_with_a_signed_request_and_no_key() -> None:
    wires = TokenWire()
    assert wires.identity().token() == "ya29.token"
    exchange, impersonation = wires.wire.requests
    assert str(exchange.url) == "https://google.test/v1/token"
    form = {name: values[0] for name, values in parse_qs(exchange.content.decode()).items()}
    assert form["audience"] == KNOWN["audience"]
    assert form["subject_token_type"] == "urn:ietf:params:aws:token-type:aws4_request"
    signed = json.loads(unquote(form["subject_token"]))
    headers = {each["key"].lower(): each["value"] for each in signed["headers"]}
    assert signed["url"].startswith("https://sts.eu-central-1.amazonaws.com?Action=GetCallerIdentity")
    assert headers["x-goog-cloud-target-resource"] == KNOWN["audience"]
    assert headers["x-amz-security-token"] == "session-token"
    assert "x-goog-cloud-target-resource" in headers["authorization"]
    assert "not-a-secret" not in exchange.content.decode()
    assert impersonation.url.path.endswith(f"/serviceAccounts/{KNOWN['service_account']}:generateAccessToken")
    assert impersonation.headers["authorization"] == "Bearer federated"


def test_a_token_is_fetched_once_and_again_before_it_ends() -> None:
    wires = TokenWire()
    identity = wires.identity()
    identity.token()
    wires.wire.clock.at += 3299
    identity.token()
    assert len(wires.wire.requests) == 2
    wires.wire.clock.at += 2
    identity.token()
    assert len(wires.wire.requests) == 4


def test_a_token_that_bigquery_no_longer_knows_is_fetched_anew_once() -> None:
    wire = Wire([httpx.Response(401), done(ROW)])
    assert len(bigquery(wire).query(STATEMENT, VALUES, deadline_s=4).rows) == 1
    assert len(wire.requests) == 2


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": 5}])
def test_a_token_service_that_gives_no_token_is_an_outage(body: dict[str, Any]) -> None:
    with pytest.raises(VendorUnavailable):
        TokenWire().identity(Wire([httpx.Response(200, json=body)])).token()


def test_a_refused_exchange_says_why_in_oauths_word() -> None:
    body = {"error": "invalid_grant", "error_description": "role arn:aws:sts::1:assumed-role/secret"}
    with pytest.raises(VendorRefused) as found:
        TokenWire().identity(Wire([httpx.Response(400, json=body)])).token()
    assert found.value.code == "invalid_grant"
    assert "secret" not in str(found.value)
