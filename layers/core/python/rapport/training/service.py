"""What may be trained, by whom it was asked, how far a run is, and what becomes of its version."""

from __future__ import annotations

from collections.abc import Callable

from rapport.registry import gate
from rapport.registry.model import ModelVersion
from rapport.registry.service import ModelRegistry
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import ConflictError, DependencyUnavailableError, InvalidInputError, NotFoundError
from rapport.training.model import Against, Prepared, Run, RunState, RunStep, StepName, TableChoice
from rapport.training.ports import RunStore, Workflow

# The time-out of the whole state machine; a run that is older has been lost, and another may begin.
LONGEST_MS = 6 * 3_600_000
TRIALS = 8
# Outcomes since the last training from which on the schedule trains again.
NEW_LABELS = 200
SCHEDULE = "the weekly schedule"
# Rows times columns that one function of 3,008 MB trains within its fifteen minutes, with room to spare: 100,000 rows
# of 20 took 40 s of processor time and 504 MB (docs/retraining.md). What is larger goes to SageMaker.
MOST_CELLS = 2_000_000


def size_of(prepared: Prepared) -> str:
    return "small" if prepared.rows * prepared.columns <= MOST_CELLS else "large"


class Training:
    """Runs of every model."""

    def __init__(
        self,
        *,
        runs: RunStore,
        workflow: Workflow,
        registry: ModelRegistry,
        clock: Callable[[], int],
        new_id: Callable[[], str],
    ) -> None:
        self._runs = runs
        self._workflow = workflow
        self._registry = registry
        self._clock = clock
        self._new_id = new_id

    def start(
        self,
        name: str,
        *,
        by: str,
        note: str = "",
        cut_off: int | None = None,
        table: TableChoice | None = None,
        synthetic: bool = False,
        trials: int = TRIALS,
    ) -> Run:
        """Begin a run. `ConflictError` when the model is being trained, or learns from something else than rows."""
        if not self.champion(name).tabular:
            raise ConflictError(f"{name} is not trained from a table: python -m models train {name} trains it")
        now = self._clock()
        if cut_off is not None and cut_off > now:
            raise InvalidInputError("the cut-off lies in the future", field="cut_off")
        run = Run(
            run_id=f"{now:013d}-{self._new_id()[:8]}",
            name=name,
            started_by=by,
            note=note,
            created_at=now,
            cut_off=now if cut_off is None else cut_off,
            table=table,
            synthetic=synthetic,
            trials=trials,
            steps=(RunStep(name=StepName.START, started_at=now),),
        )
        self._runs.begin(run, now + LONGEST_MS)
        try:
            self._workflow.start(name, run.run_id)
        except DependencyUnavailableError as error:
            self.end(run, RunState.FAILED, f"the run could not be started: {error.detail}")
            raise
        return run

    def run(self, name: str, run_id: str) -> Run:
        found = self._runs.load(name, run_id)
        if found is None:
            raise NotFoundError(f"{name} has no such training run")
        return found

    def page(self, name: str, limit: int, cursor: str | None) -> tuple[list[Run], str | None]:
        self._registry.rollout(name)
        return self._runs.page(name, limit, cursor)

    def cancel(self, name: str, run_id: str, *, by: str) -> Run:
        """Stop a run. What it has already written to the bucket is forgotten with the bucket's days."""
        run = self.run(name, run_id)
        if run.state.over:
            raise ConflictError(f"this run is over: {run.state}")
        why = f"cancelled by {by}"
        self._workflow.stop(run_id, why)
        return self.end(run, RunState.CANCELLED, why)

    def advance(self, run: Run, step: StepName, **facts: object) -> Run:
        """The run in its next step. `ConflictError` when it is over, which stops the workflow."""
        if run.state.over:
            raise ConflictError(f"this run is over: {run.state}")
        if run.steps[-1].name is step:  # The step is tried again.
            return self._change(run, **facts) if facts else run
        now = self._clock()
        return self._change(run, steps=(*_closed(run.steps, now), RunStep(name=step, started_at=now)), **facts)

    def prepared(self, run: Run, found: Prepared) -> Run:
        """The run on its way to training, with what was found of its data."""
        counts = {"rows": found.rows, "columns": found.columns, "positives": found.positives}
        return self.advance(run, StepName.TRAIN, **counts, size=size_of(found))

    def registered(self, run: Run, candidate: ModelVersion, against: Against | None) -> Run:
        """The run with its version in the registry, where a person may compare and promote it."""
        champion = self.champion(run.name)
        self._registry.add(candidate)
        objections = tuple(gate.objections(candidate, champion, None))
        return self.end(
            run, RunState.SUCCEEDED, None, version=candidate.version, against=against, objections=objections
        )

    def end(self, run: Run, state: RunState, reason: str | None, **facts: object) -> Run:
        """The run in its last state; a run that is over stays as it is."""
        if run.state.over:
            return run
        now = self._clock()
        return self._change(run, state=state, reason=reason, ended_at=now, steps=_closed(run.steps, now), **facts)

    def due(self) -> dict[str, str]:
        """Models that the schedule should train, and why: their inputs drifted, or many outcomes have come."""
        found = {}
        for name in self._registry.asked():
            last = next(iter(self._runs.page(name, 1, None)[0]), None)
            since = last.created_at if last else 0
            report = next(iter(self._registry.reports(name, 1)), None)
            if report is not None and report.drifted and report.at > since:
                found[name] = f"{report.version} drifted"
                continue
            days = max(1, min(30, (self._clock() - since) // DAY_MS))
            labelled = sum(arm.labelled for arm in self._registry.performance(name, days))
            if labelled >= NEW_LABELS:
                found[name] = f"{labelled} labelled predictions in {days} days"
        return found

    def champion(self, name: str) -> ModelVersion:
        return self._registry.version(name, self._registry.rollout(name).champion)

    def next_version(self, name: str) -> str:
        """The next minor version after the highest there is."""
        highest = max(tuple(int(part) for part in v.version.split(".")) for v in self._registry.versions(name))
        return f"{highest[0]}.{highest[1] + 1}.0"

    def _change(self, run: Run, **changed: object) -> Run:
        after = Run.model_validate({**run.model_dump(), **changed, "seq": run.seq + 1})
        self._runs.change(after)
        return after


def _closed(steps: tuple[RunStep, ...], now: int) -> tuple[RunStep, ...]:
    return (*steps[:-1], steps[-1].model_copy(update={"ended_at": now}))
