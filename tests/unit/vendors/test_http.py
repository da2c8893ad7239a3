"""Calls to vendors end in time, are repeated only where that is safe, and spare a vendor that is down."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest
from rapport.vendors.breaker import Breaker
from rapport.vendors.errors import VendorMisconfigured, VendorRefused, VendorUnavailable
from rapport.vendors.http import BUDGET_S, Request

from tests.builders.vendors import Clock, Wire

OK = httpx.Response(200, json={})
DOWN = httpx.Response(503)
SLOW = httpx.ReadTimeout("slow")
UNREACHABLE = httpx.ConnectError("refused")


def request(*, repeatable: bool = True, **parts: Any) -> Request:
    return Request(
        operation="operation", method="POST", url="https://vendor.test/path", repeatable=repeatable, json={}, **parts
    )


@pytest.mark.parametrize("failure", [DOWN, SLOW, UNREACHABLE, httpx.Response(429), httpx.RemoteProtocolError("cut")])
def test_what_may_be_repeated_is_tried_three_times_at_most(failure: Any) -> None:
    wire = Wire([failure])
    with pytest.raises(VendorUnavailable):
        wire.http().send(request())
    assert len(wire.requests) == 3


@pytest.mark.parametrize("failure", [DOWN, SLOW, httpx.RemoteProtocolError("cut"), httpx.WriteTimeout("slow")])
def test_what_may_not_be_repeated_is_asked_once_when_nobody_knows_whether_it_was_done(failure: Any) -> None:
    wire = Wire([failure, OK])
    with pytest.raises(VendorUnavailable) as unavailable:
        wire.http().send(request(repeatable=False))
    assert len(wire.requests) == 1
    assert unavailable.value.ambiguous


@pytest.mark.parametrize("failure", [UNREACHABLE, httpx.ConnectTimeout("slow"), httpx.Response(429)])
def test_what_certainly_was_not_done_is_tried_again_even_so(failure: Any) -> None:
    wire = Wire([failure, OK])
    assert wire.http().send(request(repeatable=False)).is_success
    assert len(wire.requests) == 2


def test_a_vendor_that_was_never_reached_is_not_ambiguous() -> None:
    with pytest.raises(VendorUnavailable) as unavailable:
        Wire([UNREACHABLE]).http().send(request())
    assert not unavailable.value.ambiguous


def test_the_vendors_word_when_to_come_back_is_kept_up_to_five_seconds() -> None:
    wire = Wire([httpx.Response(429, headers={"retry-after": "4"}), OK])
    assert wire.http().send(request()).is_success
    assert wire.clock.slept == [4.0]
    wire = Wire([httpx.Response(429, headers={"retry-after": "120"}), OK])
    with pytest.raises(VendorUnavailable):
        wire.http().send(request())
    assert wire.clock.slept == []


def test_no_attempt_starts_that_could_outlast_the_budget() -> None:
    wire = Wire([SLOW])

    def slow(_: httpx.Request) -> httpx.Response:
        wire.clock.at += 12
        raise SLOW

    wire.answers = [slow]
    with pytest.raises(VendorUnavailable):
        wire.http().send(request(timeout_s=12))
    assert len(wire.requests) == 1
    assert wire.clock.at - 1000 < BUDGET_S


def test_waits_grow_and_are_drawn_by_chance() -> None:
    wire = Wire([DOWN])
    with pytest.raises(VendorUnavailable):
        wire.http().send(request())
    assert wire.clock.slept == [0.25, 0.5]


def test_a_refusal_is_not_repeated() -> None:
    wire = Wire([httpx.Response(422, json={})])
    with pytest.raises(VendorRefused):
        wire.http().send(request())
    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", [403, 302])
def test_a_vendor_that_knows_us_not_is_misconfigured(status: int) -> None:
    with pytest.raises(VendorMisconfigured):
        Wire([httpx.Response(status)]).http().send(request())


def test_rotated_credentials_are_read_again_after_a_401_and_once_only() -> None:
    forgotten: list[bool] = []
    wire = Wire([httpx.Response(401), OK])
    http = wire.http()
    http.forget = lambda: forgotten.append(True)
    assert http.send(request(repeatable=False)).is_success
    assert forgotten == [True]
    wire = Wire([httpx.Response(401)])
    with pytest.raises(VendorMisconfigured):
        wire.http().send(request())
    assert len(wire.requests) == 2


def test_a_vendor_that_failed_five_times_is_left_alone_then_tried_with_one_call() -> None:
    wire = Wire([DOWN])
    http = wire.http()
    for _ in range(2):
        with pytest.raises(VendorUnavailable):
            http.send(request())
    assert len(wire.requests) == 5
    with pytest.raises(VendorUnavailable, match="left alone"):
        http.send(request())
    assert len(wire.requests) == 5
    wire.clock.at += 31
    wire.answers = [OK]
    assert http.send(request()).is_success
    assert http.send(request()).is_success


def test_half_open_lets_one_caller_through() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(5):
        breaker.failed()
    assert not breaker.allows()
    clock.at += 30
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.allows()
    clock.at += 30
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_a_vendor_that_is_busy_is_not_down() -> None:
    wire = Wire([httpx.Response(429)])
    http = wire.http()
    for _ in range(4):
        with pytest.raises(VendorUnavailable, match="429"):
            http.send(request())


def test_every_call_leaves_one_set_of_metrics_by_vendor_and_by_operation(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(VendorUnavailable):
        Wire([DOWN]).http().send(request())
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert len(blobs) == 1
    (directive,) = blobs[0]["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Rapport/vendors"
    assert sorted(sorted(names) for names in directive["Dimensions"]) == [
        ["operation", "vendor"],
        ["service", "vendor"],
    ]
    assert blobs[0]["Failures"] == [1.0]
    assert blobs[0]["Attempts"] == [3.0]
    assert (blobs[0]["vendor"], blobs[0]["operation"]) == ("vendor", "operation")


def test_httpx_never_tells_an_address() -> None:
    assert logging.getLogger("httpx").getEffectiveLevel() >= logging.WARNING
    assert logging.getLogger("httpcore").getEffectiveLevel() >= logging.WARNING
