"""`python -m sandbox run|replay|redrive|stop`: what make calls inside the virtual environment."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import get_args

from rapport.calls.redrive import redrive

from sandbox.errors import SandboxError
from sandbox.replay import Replay, read_call
from sandbox.seed import USERS, a_customer
from sandbox.stack import ROOT, Described, LocalStack
from sandbox.vendors.credentials import Ai

RUN = ROOT / ".run"
FIRST_CALL = ROOT / "sandbox" / "calls" / "en-hardship.json"


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print a step and how long it took."""
    print(f"{name} ... ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"done ({time.monotonic() - started:.0f}s)", flush=True)


def run(arguments: argparse.Namespace) -> None:
    """Bring everything up, replay a call, stay until told to stop."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stopping.is_set():
            return
        stopping.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    started = time.monotonic()
    with LocalStack(
        port=arguments.port, emulator_port=arguments.emulator_port, run_dir=RUN, step=step, ai=arguments.ai
    ) as stack:
        print(f"\nRapport is ready after {time.monotonic() - started:.0f}s:  {stack.url}\n")
        print(f"  console {stack.url}    API {stack.url}/api/docs    live {stack.url.replace('http', 'ws')}/live")
        print(f"  what customers would receive: {stack.url}/sandbox/inbox")
        for user in USERS:
            print(f"  {user.role:10} {user.username:12} {stack.credentials[user.username]}")
        print(
            "\nThe bank, its customers and the model's training data are made up. Ctrl-C stops everything.\n",
            flush=True,
        )
        if not arguments.no_replay:
            customer = stack.tenant.customers[0] if stack.tenant else None
            replay = stack.replay(
                FIRST_CALL, speed=arguments.speed, phone=customer.phone if customer else None, tell=_line
            )
            print(f"Replaying {FIRST_CALL.name} for hana.sato: {stack.url}/calls/{replay.contact_id}", flush=True)
            replay.start()
        while True:
            time.sleep(3600)


def _line(text: str) -> None:
    print(f"  {text}", flush=True)


def replay_command(arguments: argparse.Namespace) -> None:
    """Replay one call into the running stack."""
    stack = Described.load(RUN / "stack.json")
    known = sorted(path.stem for path in (ROOT / "sandbox" / "calls").glob("*.json"))
    if not arguments.call:
        raise SandboxError(f"name a call: make replay CALL=path/to/call.json, or one of {', '.join(known)}")
    path = Path(arguments.call)
    if not path.exists():
        path = ROOT / "sandbox" / "calls" / f"{arguments.call}.json"
    recording = read_call(path)
    replay = Replay(
        stack,
        recording,
        agent=arguments.agent,
        speed=arguments.speed,
        phone=None if arguments.phone == "withheld" else arguments.phone or a_customer(recording.language).phone,
        shuffle=arguments.shuffle,
        duplicate=arguments.duplicate,
        tell=_line,
    )
    print(f"Replaying {path.name} for {arguments.agent}: {stack.url}/calls/{replay.contact_id}", flush=True)
    replay.run()


def redrive_command(arguments: argparse.Namespace) -> None:
    """Put dead letters back on their streams."""
    stack = Described.load(RUN / "stack.json")
    count = 0
    url = stack.outputs["PoisonQueueUrl"]
    for found in redrive(stack.client("sqs"), stack.client("kinesis"), queue_url=url, stream=arguments.stream):
        count += 1
        print(f"  {'put back' if found.put_back else 'left'}  {found.sequence_number}  {found.reason}")
    print(f"{count} record{'' if count == 1 else 's'} redriven")


def stop_command(arguments: argparse.Namespace) -> None:
    """Stop the stack that runs here."""
    del arguments
    stack = Described.load(RUN / "stack.json")
    os.kill(stack.pid, signal.SIGTERM)
    print(f"stopped {stack.url}")


def _ai(text: str) -> str:
    """Who answers for AI. Unlike `choices` this is asked for a default, too."""
    if text not in get_args(Ai):
        raise argparse.ArgumentTypeError(f"AI is one of {', '.join(get_args(Ai))}, not {text}")
    return text


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run")
    command.add_argument("--port", type=int, default=8080)
    command.add_argument("--emulator-port", type=int, default=4566)
    command.add_argument("--speed", type=float, default=1.0)
    command.add_argument("--ai", type=_ai, default=os.environ.get("AI") or "rules", help="rules, sandbox or openai")
    command.add_argument("--no-replay", action="store_true")
    command.set_defaults(run=run)
    command = commands.add_parser("replay")
    command.add_argument("call", nargs="?")
    command.add_argument("--agent", default="hana.sato")
    command.add_argument("--speed", type=float, default=1.0)
    command.add_argument("--phone", help="the caller's number, or withheld; unless told, a customer's")
    command.add_argument("--shuffle", action="store_true", help="deliver the segments in a random order")
    command.add_argument("--duplicate", action="store_true", help="deliver every segment twice")
    command.set_defaults(run=replay_command)
    command = commands.add_parser("redrive")
    command.add_argument("--stream", help="put the records on this stream instead of their own")
    command.set_defaults(run=redrive_command)
    commands.add_parser("stop").set_defaults(run=stop_command)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except SandboxError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
