"""The deployed local stack: from Kinesis to the screen, and the API."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import httpx
from websockets.sync.client import connect

from benchmarks.report import Row, Section, percentile
from sandbox.processes import free_port
from sandbox.stack import LocalStack

SEGMENTS = 120
REQUESTS = 60
# Liveness reads nothing and writes nothing: what it takes is the door, the emulated API and the hop to the function.
FLOOR = "a function that does nothing"


def section() -> Section:
    """Start a stack, measure, stop it."""
    with LocalStack(port=free_port(), emulator_port=free_port(), run_dir=Path(mkdtemp(prefix="rapport-"))) as stack:
        token = _sign_in(stack)
        cold, *latencies = _push(stack, token)
        api = _api(stack, token)
        batch = _batch(stack)
    rows = [
        Row(f"Kinesis put to WebSocket message, p{share}", f"{percentile(latencies, share / 100):.0f} ms")
        for share in (50, 95, 99)
    ]
    rows.append(Row("the first segment of all, both functions cold", f"{cold:.0f} ms"))
    rows += [_beside_floor(name, values, api[FLOOR]) for name, values in api.items()]
    rows.append(Row("a thousand rows scored and recorded, median", f"{percentile(batch, 0.5):.0f} ms"))
    method = f"{SEGMENTS} segments put one by one on warm functions, {REQUESTS} requests each; emulator, same machine."
    return Section("Local stack", method, rows)


def _beside_floor(name: str, values: list[float], floor: list[float]) -> Row:
    """A figure with that of a function that does nothing, through the same door in the same run."""
    p50, p95, least50, least95 = (percentile(found, share) for found in (values, floor) for share in (0.5, 0.95))
    beside = (
        "" if name == FLOOR else f"{least50:.0f} / {least95:.0f} ms (nothing); ours adds {p50 - least50:.0f} at p50"
    )
    return Row(f"{name}, p50 / p95 through the front door", f"{p50:.0f} / {p95:.0f} ms", beside)


def _sign_in(stack: LocalStack) -> str:
    body = {"username": "hana.sato", "password": stack.credentials["hana.sato"]}
    return str(httpx.post(f"{stack.url}/api/auth/login", json=body, timeout=30).json()["access_token"])


def _push(stack: LocalStack, token: str) -> list[float]:
    headers = {"authorization": f"Bearer {token}"}
    contact = str(httpx.post(f"{stack.url}/api/start_call", json={}, headers=headers, timeout=30).json()["contact_id"])
    put_at: dict[str, float] = {}
    seen: list[float] = []
    warm, done = threading.Event(), threading.Event()
    with connect(f"{stack.url.replace('http', 'ws')}/live?token={token}", proxy=None) as socket:
        socket.send(json.dumps({"action": "join_call", "contact_id": contact}))

        def listen() -> None:
            while len(seen) <= SEGMENTS:
                message = json.loads(socket.recv(timeout=30))
                if message["type"] == "transcript":
                    now = time.perf_counter()
                    seen.append((now - put_at[message["entry"]["segment_id"]]) * 1000)
                    warm.set()
            done.set()

        threading.Thread(target=listen, daemon=True).start()
        kinesis = stack.client("kinesis")
        for number in range(SEGMENTS + 1):
            name = uuid.uuid4().hex
            turn = {
                "Id": name,
                "ParticipantRole": "CUSTOMER",
                "Content": f"i can't pay this month {number}",
                "BeginOffsetMillis": number * 4000,
                "EndOffsetMillis": number * 4000 + 3000,
            }
            record = {"EventType": "SEGMENTS", "ContactId": contact, "Segments": [{"Transcript": turn}]}
            put_at[name] = time.perf_counter()
            kinesis.put_record(
                StreamName=stack.outputs["SegmentStreamName"], Data=json.dumps(record).encode(), PartitionKey=contact
            )
            # The first starts the functions; what is put meanwhile would measure that again.
            warm.wait(30)
            time.sleep(0.12)
        if not done.wait(30):
            raise TimeoutError(f"{len(seen)} of {SEGMENTS + 1} segments were seen")
    return seen


def _api(stack: LocalStack, token: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    with httpx.Client(base_url=stack.url, headers={"authorization": f"Bearer {token}"}, timeout=30) as client:
        contact = client.post("/api/start_call", json={}).json()["contact_id"]

        def turn(number: int) -> dict[str, object]:
            utterance = {
                "id": f"t{number}", "role": "CUSTOMER", "content": f"i can't pay {number}",
                "begin_offset_millis": number * 4000, "end_offset_millis": number * 4000 + 3000,
            }  # fmt: skip
            return {"contact_id": contact, "utterances": [utterance]}

        def customer(number: int) -> dict[str, object]:
            return {"customer_id": f"C{number % 24 + 1:05d}"}

        operations: dict[str, Callable[[int], httpx.Response]] = {
            FLOOR: lambda _: client.get("/api/live"),
            "score_customer with reasons": lambda n: client.post("/api/score_customer", json=turn(n)),
            "read a call": lambda n: client.get(f"/api/calls/{contact}"),
            "churn score with reasons": lambda n: client.post("/api/inference/churn-score", json=customer(n)),
            "list calls": lambda n: client.get("/api/calls?limit=20"),
        }
        for name, operation in operations.items():
            values = []
            for number in range(REQUESTS):
                started = time.perf_counter()
                operation(number).raise_for_status()
                values.append((time.perf_counter() - started) * 1000)
            found[name] = values[5:]
    return found


def _batch(stack: LocalStack) -> list[float]:
    """Milliseconds of batches of a thousand rows."""
    body = {"username": "liam.hughes", "password": stack.credentials["liam.hughes"]}
    token = httpx.post(f"{stack.url}/api/auth/login", json=body, timeout=30).json()["access_token"]
    form = {"requested_amount": 5_000, "term_months": 24, "stated_income": 2_500, "debt_to_income": 0.4}
    rows = [{"subject": f"B{number}", "row": form} for number in range(1_000)]
    taken = []
    with httpx.Client(base_url=stack.url, headers={"authorization": f"Bearer {token}"}, timeout=60) as client:
        for _ in range(4):
            started = time.perf_counter()
            answer = client.post("/api/inference/batch-process", json={"model": "credit", "rows": rows})
            answer.raise_for_status()
            taken.append((time.perf_counter() - started) * 1000)
    return taken[1:]
