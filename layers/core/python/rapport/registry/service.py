"""What people do with models: look, promote, roll back, label, watch for drift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from rapport.registry import drift, gate
from rapport.registry.comparison import by_arm
from rapport.registry.host import ModelHost
from rapport.registry.model import ArmFigures, DriftReport, ModelVersion, Prediction, Rollout
from rapport.registry.ports import Artifacts, RegistryStore
from rapport.runtime.clock import DAY_MS
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

MOST_PREDICTIONS = 20_000


class ModelRegistry:
    """The registry of every model in service."""

    def __init__(
        self, *, store: RegistryStore, artifacts: Artifacts, host: ModelHost, clock: Callable[[], int]
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._host = host
        self._clock = clock

    def names(self) -> list[str]:
        """Every model that answers."""
        return sorted({version.name for version in self._artifacts.shipped()})

    def asked(self) -> list[str]:
        """Every model whose drift can be measured."""
        return sorted({version.name for version in self._artifacts.shipped() if version.watched})

    def rollout(self, name: str) -> Rollout:
        return self._host.rollout(name)

    def rollouts(self) -> list[Rollout]:
        """Of every model, in the order of `names`."""
        return self._host.rollouts(self.names())

    def versions(self, name: str) -> list[ModelVersion]:
        """Every version, shipped or uploaded, the newest first."""
        found = {v.version: v for v in self._artifacts.shipped() if v.name == name}
        found |= {v.version: v for v in self._artifacts.older(name)}
        found |= {v.version: v for v in self._store.versions(name)}
        if not found:
            raise NotFoundError(f"there is no model {name}")
        return sorted(found.values(), key=lambda v: tuple(int(part) for part in v.version.split(".")), reverse=True)

    def version(self, name: str, version: str) -> ModelVersion:
        shipped = (v for v in self._artifacts.shipped() if v.name == name and v.version == version)
        # Without a look at the table: the list asks this of every model.
        if (here := next(shipped, None)) is not None:
            return here
        for found in self.versions(name):
            if found.version == version:
                return found
        raise InvalidInputError(f"{name} has no version {version}", field="version")

    def add(self, version: ModelVersion) -> None:
        """Make a version known whose files lie in the bucket. It answers nobody yet."""
        self._store.add_version(version)

    def promote(self, name: str, version: str, *, by: str, reason: str) -> Rollout:
        """Make a version champion if the gate lets it. `NotPromotableError` says every objection."""
        candidate, now = self.version(name, version), self._fresh(name)
        if now.champion == version:
            raise ConflictError(f"{name} {version} is the champion already")
        last = next((r for r in self._store.reports(name, 10) if r.version == version), None)
        found = gate.objections(candidate, self.version(name, now.champion), last)
        if found:
            raise gate.NotPromotableError(candidate, found)
        challenged = now.challenger == version
        return self._change(
            now,
            by=by,
            reason=reason,
            champion=version,
            previous=now.champion,
            challenger=None if challenged else now.challenger,
            challenger_share=0.0 if challenged else now.challenger_share,
            shadow=None if now.shadow == version else now.shadow,
            shadow_share=0.0 if now.shadow == version else now.shadow_share,
        )

    def rollback(self, name: str, *, by: str, reason: str) -> Rollout:
        """Make the champion before this one champion again, whatever the gate thinks of it."""
        now = self._fresh(name)
        if now.previous is None:
            raise ConflictError(f"{name} has had no other champion to go back to")
        return self._change(now, by=by, reason=reason, champion=now.previous, previous=now.champion)

    def challenge(self, name: str, version: str | None, share: float, *, by: str, reason: str) -> Rollout:
        """Let a version answer a share of customers; None ends the test."""
        now = self._fresh(name)
        self._apart(now, version, share, now.shadow_share)
        return self._change(now, by=by, reason=reason, challenger=version, challenger_share=share if version else 0.0)

    def shadow(self, name: str, version: str | None, share: float, *, by: str, reason: str) -> Rollout:
        """Score a version beside the champion for a share of customers without answering; None ends it."""
        now = self._fresh(name)
        self._apart(now, version, share, now.challenger_share)
        return self._change(now, by=by, reason=reason, shadow=version, shadow_share=share if version else 0.0)

    def _apart(self, now: Rollout, version: str | None, share: float, other_share: float) -> None:
        if version is None:
            return
        self.version(now.name, version)
        if version == now.champion:
            raise ConflictError(f"{now.name} {version} is the champion: it cannot be compared with itself")
        if share <= 0 or share + other_share > 1:
            raise InvalidInputError("challenger and shadow share customers: above 0, together at most 1", field="share")

    def _fresh(self, name: str) -> Rollout:
        """The roll-out as it is stored, not as this function remembers it."""
        return self._store.rollout(name) or self._host.rollout(name)

    def _change(self, now: Rollout, *, by: str, reason: str, **changed: object) -> Rollout:
        after = Rollout.model_validate(
            {
                **now.model_dump(),
                **changed,
                "seq": now.seq + 1,
                "changed_at": self._clock(),
                "changed_by": by,
                "reason": reason,
            }
        )
        self._store.change_rollout(after)
        return self._host.reload(now.name)

    def history(self, name: str, limit: int = 20) -> list[Rollout]:
        """Changes of the roll-out, the newest first."""
        return self._store.history(name, limit)

    def label(self, name: str, subject: str, *, outcome: bool, known_at: int) -> int:
        """Say what came of a subject: every earlier prediction without an outcome gets it. Returns how many."""
        self.rollout(name)
        return self._store.label(name, subject, known_at, outcome=outcome, at=self._clock())

    def performance(self, name: str, days: int) -> list[ArmFigures]:
        """The versions in service on the predictions of the last `days` days."""
        self.rollout(name)
        now = self._clock()
        return by_arm(self._store.predictions(name, now - days * DAY_MS, now))

    def reports(self, name: str, limit: int = 30) -> list[DriftReport]:
        self.rollout(name)
        return self._store.reports(name, limit)

    def look(self, name: str, days: int) -> Sequence[DriftReport]:
        """Compute and keep a drift report for every version that spoke in the last `days` days.

        Raises `ConflictError` for a model without a reference of its training data.
        """
        self.rollout(name)
        if name not in self.asked():
            raise ConflictError(f"{name} has no reference of its training data: its drift cannot be measured")
        until = self._clock()
        since = until - days * DAY_MS
        spoken: dict[str, list[Prediction]] = {}
        for prediction in islice(self._store.predictions(name, since, until), MOST_PREDICTIONS):
            spoken.setdefault(prediction.version, []).append(prediction)
        made = []
        for version, predictions in sorted(spoken.items()):
            described = self._artifacts.reference(name, version)
            numbers = self._host.numbers(name, version)
            rows = [numbers(prediction.row) for prediction in predictions]
            report = drift.report(described, predictions, rows, at=until, since=since, until=until)
            self._store.add_report(report)
            made.append(report)
        return made
