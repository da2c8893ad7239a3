"""Onboarding without AWS and vendors: everything in memory, and a runner of the real state machine definition."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapport.ai.service import Assistant
from rapport.onboarding.advice import AssistedWording
from rapport.onboarding.desk import Counter, Desk
from rapport.onboarding.model import Applicant, Application, Event, Plan, RuleHit, Step, Wait
from rapport.onboarding.ports import CheckOutcome, StaleError
from rapport.onboarding.recorder import Recorder
from rapport.onboarding.reminding import Reminder, Reminding
from rapport.onboarding.steps import Steps, World
from rapport.vendors.errors import VendorError

from infra.constructs.workflow import definition_of
from tests.builders.ai import without_key

NOW = 1_767_225_600_000  # 2026-01-01
CODE = "123456"
APPLICATION = "app-1"


def applicant(**changes: Any) -> Applicant:
    """A plausible applicant of Tokyo."""
    return Applicant(
        **{
            "application_id": APPLICATION,
            "username": "mei.ito",
            "name": "Mei Ito",
            "phone": "+81312345678",
            "email": "mei.ito@example.jp",
            "birth_date": "1990-04-01",
            "country": "JP",
            "language": "ja",
            "product": "current_account",
            "device": "d-1",
            **changes,
        }
    )


class Journals:
    """Implements `Journal` with the conditions that the table has."""

    def __init__(self) -> None:
        self.applications: dict[str, Application] = {}
        self.people: dict[str, Applicant] = {}
        self.written: dict[str, list[Event]] = {}

    def load(self, application_id: str) -> Application | None:
        return self.applications.get(application_id)

    def applicant(self, application_id: str) -> Applicant | None:
        return self.people.get(application_id)

    def begin(self, application: Application, event: Event, applicant: Applicant) -> None:
        if application.application_id in self.applications:
            raise StaleError
        self.applications[application.application_id] = application
        self.people[application.application_id] = applicant
        self.written[application.application_id] = [event]

    def append(self, before: Application, after: Application, event: Event) -> None:
        if self.applications[before.application_id].version != before.version:
            raise StaleError
        self.applications[before.application_id] = after
        self.written[before.application_id].append(event)

    def events(self, application_id: str) -> Sequence[Event]:
        return self.written[application_id]


@dataclass
class Vendor:
    """What every vendor shares: a list of what it was asked, and faults to come."""

    name: str
    asked: list[tuple[str, ...]] = field(default_factory=list)
    faults: list[type[Exception]] = field(default_factory=list)
    broken: type[Exception] | None = None

    def called(self, *what: str) -> None:
        self.asked.append(what)
        fault = self.faults.pop(0) if self.faults else self.broken
        if fault is not None and issubclass(fault, VendorError):
            raise fault("no", vendor=self.name, operation=what[0])
        if fault is not None:
            raise fault("no")

    def times(self, operation: str) -> int:
        return sum(asked[0] == operation for asked in self.asked)


class Verifications(Vendor):
    def start(self, applicant: Applicant) -> str:
        self.called("start", applicant.phone)
        return f"request-{self.times('start')}"

    def check(self, request_id: str, code: str) -> CheckOutcome:
        self.called("check", request_id)
        if sum(asked == ("check", request_id) for asked in self.asked) > 3:
            return CheckOutcome.TOO_MANY
        return CheckOutcome.COMPLETED if code == CODE else CheckOutcome.WRONG

    def cancel(self, request_id: str) -> None:
        self.called("cancel", request_id)


class Videos(Vendor):
    def create(self, application_id: str) -> str:
        self.called("create", application_id)
        return f"session-of-{application_id}"

    def token(self, session_id: str, *, role: str, name: str) -> str:
        return f"{role} {name} {session_id}"

    def end(self, session_id: str) -> None:
        self.called("end", session_id)


class Documents(Vendor):
    def make(self, applicant: Applicant, kind: str) -> str:
        self.called("make", kind)
        return f"{applicant.application_id}-{kind}"

    def sign(self, document_id: str, *, by: str, at: int) -> None:
        self.called("sign", document_id, by)

    def discard(self, document_id: str) -> None:
        self.called("discard", document_id)


class Crm(Vendor):
    def write(self, applicant: Applicant, application: Application) -> str:
        self.called("write", applicant.application_id)
        return f"record-of-{applicant.application_id}"

    def cancel(self, application_id: str) -> None:
        self.called("cancel", application_id)


class Messages(Vendor):
    def send(self, applicant: Applicant, application: Application, name: str) -> None:
        self.called("send", name)

    def remind(self, applicant: Applicant, reminder: Reminder) -> None:
        self.called("remind", reminder.channel, reminder.text)


class Reviews(Vendor):
    def open(self, application: Application, *, step: Step | None) -> str:
        name = step.value if step else "review"
        self.called("open", name)
        return f"case-{name}-{self.times('open')}"


class Quiet:
    """No opinion, nothing seen, nothing scheduled."""

    def __init__(self) -> None:
        self.scheduled: dict[str, Wait] = {}
        self.later: list[tuple[str, Wait, int]] = []

    def of(self, applicant: Applicant, seen: Mapping[str, int]) -> Sequence[RuleHit]:
        return ()

    def count(self, applicant: Applicant) -> dict[str, int]:
        return {}

    def schedule(self, application: Application, what: Wait, until: int) -> None:
        self.scheduled[application.application_id] = what

    def cancel(self, application_id: str) -> None:
        self.scheduled.pop(application_id, None)

    def put_off(self, application_id: str, what: Wait, at: int) -> None:
        self.later.append((application_id, what, at))

    def activate(self, applicant: Applicant, application: Application) -> str:
        return f"customer-of-{applicant.application_id}"


@dataclass
class Planner:
    video: bool = True
    documents: tuple[str, ...] = ("account_agreement", "risk_disclosure")

    def plan(self, applicant: Applicant, application: Application) -> Plan:
        return Plan(
            video=self.video, documents=self.documents, channel="sms", completion_probability=None, source="rules"
        )


@dataclass(frozen=True)
class TaskError(Exception):
    """How a task failed, as the state machine sees it."""

    error: str


class Office:
    """The whole of onboarding in memory, run by the committed definition with its retries but without its waits."""

    def __init__(self, *, opinion: Any = None, planner: Any = None, assistant: Assistant | None = None) -> None:
        self.journal = Journals()
        self.verifications = Verifications("vonage")
        self.videos = Videos("vonage")
        self.documents = Documents("foxit")
        self.crm = Crm("kintone")
        self.messages = Messages("ses")
        self.reviews = Reviews("cases")
        self.planner = planner or Planner()
        self.quiet = Quiet()
        self.tokens: dict[tuple[str, Wait], str] = {}
        self.runs: dict[str, Run] = {}
        self.clock = itertools.count(NOW, step=60_000)
        world = World(
            journal=self.journal,
            tokens=self,
            verifications=self.verifications,
            videos=self.videos,
            documents=self.documents,
            crm=self.crm,
            messages=self.messages,
            opinion=opinion or self.quiet,
            sightings=self.quiet,
            planner=self.planner,
            reviews=self.reviews,
            reminders=self.quiet,
            customers=self.quiet,
            workflow=self,
            now=self.now,
        )
        self.steps = Steps(world)
        self.reminding = Reminding(
            journal=self.journal,
            recorder=Recorder(self.journal, self.now),
            wording=AssistedWording(assistant or without_key(), "https://bank.example/onboarding", self.now),
            messages=self.messages,
            later=self.quiet,
            now=self.now,
        )
        self.desk = Desk(
            Counter(
                journal=self.journal,
                tokens=self,
                workflow=self,
                verifications=self.verifications,
                documents=self.documents,
                now=self.now,
            )
        )

    def now(self) -> int:
        return next(self.clock)

    # Tokens
    def put(self, application_id: str, what: Wait, token: str) -> None:
        self.tokens[application_id, what] = token

    def get(self, application_id: str, what: Wait) -> str | None:
        return self.tokens.get((application_id, what))

    def drop(self, application_id: str, what: Wait) -> None:
        self.tokens.pop((application_id, what), None)

    # Workflow
    def start(self, application: Application) -> None:
        if application.application_id not in self.runs:
            self.runs[application.application_id] = Run(self.steps, application)

    def answer(self, token: str, output: dict[str, str]) -> None:
        self.run_of(token).answers.setdefault(token, output)

    def interrupt(self, token: str, error: str) -> None:
        self.run_of(token).answers.setdefault(token, TaskError(error))

    def run_of(self, token: str) -> Run:
        return self.runs[token.partition("/")[0]]

    # For tests
    def apply(self, **changes: Any) -> Run:
        """A new application, run up to where it waits for somebody."""
        self.desk.start(applicant(**changes))
        run = self.runs[APPLICATION]
        run.go()
        return run

    @property
    def application(self) -> Application:
        return self.journal.applications[APPLICATION]

    def does(self, action: Callable[[], object]) -> Run:
        """Somebody does something; the workflow goes on as far as it can."""
        action()
        run = self.runs[APPLICATION]
        run.go()
        return run


class Run:
    """An execution of the onboarding definition."""

    def __init__(self, steps: Steps, application: Application) -> None:
        self.steps = steps
        self.states: dict[str, Any] = definition_of("onboarding_application")["States"]  # type: ignore[assignment]
        self.at: str = str(definition_of("onboarding_application")["StartAt"])
        self.visited: list[str] = []
        self.answers: dict[str, dict[str, str] | TaskError] = {}
        self.tokens = (f"{application.application_id}/{number}" for number in itertools.count(1))
        self.waiting: str | None = None
        self.over = False
        self.data: dict[str, Any] = {
            "application_id": application.application_id,
            "timeouts": dict.fromkeys(("code", "video", "signature", "review", "help"), 3600),
            "step": {"next": "screening", "again": "no"},
        }

    def go(self, *, late: bool = False) -> None:
        """Run until the execution waits for an answer that is not there, or is over. `late`: the wait times out."""
        while not self.over:
            state = self.states[self.at]
            if self.waiting is None:
                self.visited.append(self.at)
            match state["Type"]:
                case "Pass":
                    self.data["step"] = state["Result"]
                    self.at = state["Next"]
                case "Choice":
                    matching = (c["Next"] for c in state["Choices"] if c["StringEquals"] == self.data["step"]["next"])
                    self.at = next(matching, state["Default"])
                case "Succeed" | "Fail":
                    self.over = True
                case _ if not self._task(state, late=late):
                    return
                case _:
                    late = False

    def _task(self, state: dict[str, Any], *, late: bool) -> bool:
        """Whether the task is done. Retries are taken at once, up to their number."""
        left = {id(retrier): retrier.get("MaxAttempts", 3) for retrier in state["Retry"]}
        while True:
            try:
                if not state["Resource"].endswith("waitForTaskToken"):
                    result: dict[str, str] | None = self._invoke(state["Parameters"])
                else:
                    result = self._wait(state, late=late)
                    if result is None:
                        return False
            except TaskError as failure:
                retrier = next((r for r in state["Retry"] if failure.error in r["ErrorEquals"]), None)
                if retrier is not None and left[id(retrier)] > 0:
                    left[id(retrier)] -= 1
                    continue
                matching = (c["Next"] for c in state["Catch"] if {failure.error, "States.ALL"} & set(c["ErrorEquals"]))
                self.at = next(matching)
                return True
            if state["ResultPath"] is not None:
                self.data["step"] = result
            self.at = state["Next"]
            return True

    def _wait(self, state: dict[str, Any], *, late: bool) -> dict[str, str] | None:
        """The answer to a waiting task, None while there is none."""
        if self.waiting is None:
            self.waiting = next(self.tokens)
            self._invoke(state["Parameters"]["Payload"])
        answer = self.answers.get(self.waiting)
        if answer is None and not late:
            return None
        self.waiting = None
        if answer is None:
            raise TaskError("States.Timeout")
        if isinstance(answer, TaskError):
            raise answer
        return answer

    def _invoke(self, parameters: dict[str, str]) -> dict[str, str]:
        arguments = {name.removesuffix(".$"): self._value(name, value) for name, value in parameters.items()}
        step, application_id = arguments.pop("step"), arguments.pop("application_id")
        try:
            return json.loads(json.dumps(self.steps.run(step, application_id, arguments)))
        except Exception as error:
            raise TaskError(type(error).__name__) from error

    def _value(self, name: str, value: str) -> str:
        if not name.endswith(".$"):
            return value
        if value == "$$.Task.Token":
            return str(self.waiting)
        if value.startswith("States.Format"):
            value = value.rpartition(" ")[2].rstrip(")")
        found: Any = self.data
        for part in value.removeprefix("$.").split("."):
            found = found[part]
        return str(found)
