"""Keeps models in memory, decides which version answers, and records what was said.

A roll-out is read again after half a minute, so a promotion reaches every warm function without a deployment; the
models API reads it every time, so that whoever changed it and whoever looks next agree.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapport.calls.model import LocalisedText
from rapport.inference.asking.catalogue import LOADERS, recorded_score
from rapport.inference.asking.fields import complete, median_of, missing, values_of
from rapport.inference.asking.model import RowField, RowModel, Told, Why
from rapport.inference.asking.scores import table_fields
from rapport.inference.assignment import Arm, Split
from rapport.inference.schema import only_known
from rapport.inference.tabular import TabularScore, TabularScorer, load_version
from rapport.registry.model import Answer, ModelAnswer, Prediction, PrincipalReason, Rollout
from rapport.registry.ports import Artifacts, PredictionLog, RolloutReader
from rapport.runtime.clock import day_of
from rapport.runtime.errors import ConflictError, InvalidInputError, NotFoundError

Words = Callable[[str, object], LocalisedText | None]
FRESH_MS = 30_000
MOST_REASONS = 4
# A field that moves the log-odds by less is noise to a person.
LEAST_LOG_ODDS = 0.02


def no_words(field: str, value: object) -> LocalisedText | None:
    """The model's own words will do."""
    del field, value
    return None


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of a batch. Asked again under its own id it is the same prediction; `record` keeps it for drift."""

    prediction_id: str
    subject: str
    row: Mapping[str, Any]
    record: bool


class ModelHost:
    """Answers for every model of the registry."""

    def __init__(
        self,
        *,
        artifacts: Artifacts,
        rollouts: RolloutReader,
        log: PredictionLog,
        clock: Callable[[], int],
        new_id: Callable[[], str],
        words: Words = no_words,
        fresh_ms: int = FRESH_MS,
    ) -> None:
        """`words` says a field with its value, None for one it does not know; a roll-out is read anew after
        `fresh_ms`."""
        self._artifacts = artifacts
        self._rollouts = rollouts
        self._log = log
        self._clock = clock
        self._new_id = new_id
        self._words = words
        self._fresh_ms = fresh_ms
        self._lock = threading.Lock()
        self._read: dict[str, tuple[int, Rollout]] = {}
        self._loaded: dict[tuple[str, str], TabularScorer] = {}
        self._rows: dict[tuple[str, str], RowModel] = {}

    def rollout(self, name: str) -> Rollout:
        """Who answers now. Raises `NotFoundError` for a model that nobody has shipped or uploaded."""
        with self._lock:
            known = self._read.get(name)
        if known is not None and self._clock() - known[0] < self._fresh_ms:
            return known[1]
        found = self._rollouts.rollout(name) or self._as_shipped(name)
        with self._lock:
            self._read[name] = (self._clock(), found)
        return found

    def rollouts(self, names: Sequence[str]) -> list[Rollout]:
        """Who answers now, of many models at once, read anew."""
        found = self._rollouts.rollouts(names)
        return [found.get(name) or self._as_shipped(name) for name in names]

    def _as_shipped(self, name: str) -> Rollout:
        for version in self._artifacts.shipped():
            if version.name == name:
                return Rollout(name=name, champion=version.version)
        raise NotFoundError(f"there is no model {name}")

    def scorer(self, name: str, version: str) -> TabularScorer:
        """The loaded version, from memory if it is there."""
        with self._lock:
            found = self._loaded.get((name, version))
        if found is None:
            folder = self._artifacts.folder(name, version)
            if not (folder / "schema.json").is_file():
                raise ConflictError(f"{name} is no model of a table: ask it by /api/models/{name}/predict")
            found = load_version(folder)
            with self._lock:
                self._loaded[name, version] = found
        return found

    def reload(self, name: str) -> Rollout:
        """Forget the roll-out and every loaded version of this model, and read the roll-out again."""
        with self._lock:
            self._read.pop(name, None)
            for held in (self._loaded, self._rows):
                for key in [key for key in held if key[0] == name]:
                    del held[key]
        return self.rollout(name)

    def loaded(self, name: str) -> list[str]:
        """The versions in this function's memory."""
        with self._lock:
            return sorted(version for model, version in (*self._loaded, *self._rows) if model == name)

    def row_model(self, name: str, version: str) -> RowModel | None:
        """The model that has a form of its own; None for one made from a table."""
        if name not in LOADERS:
            return None
        with self._lock:
            found = self._rows.get((name, version))
        if found is None:
            found = LOADERS[name](self._artifacts.folder(name, version).parent.parent)
            with self._lock:
                self._rows[name, version] = found
        return found

    def fields(self, name: str, version: str) -> tuple[RowField, ...]:
        """The fields of a row that this version takes."""
        model = self.row_model(name, version)
        if model is not None:
            return model.fields
        return table_fields(self.scorer(name, version), self._artifacts.reference(name, version)["inputs"])

    def numbers(self, name: str, version: str) -> Callable[[Mapping[str, Any]], list[float]]:
        """How a recorded row becomes the numbers of reference.json, in its order."""
        model = self.row_model(name, version)
        if model is None:
            return self.scorer(name, version).schema.numbers
        fields = model.fields
        return lambda row: list(values_of(row, fields).values())

    def ask(self, name: str, subject: str, row: Mapping[str, Any], *, record: bool = True) -> ModelAnswer:
        """What any model says of a row, with what was not known. Raises `InvalidInputError` naming the field."""
        rollout = self.rollout(name)
        model = self.row_model(name, rollout.champion)
        fields = self.fields(name, rollout.champion)
        if model is None:
            said = self.predict(name, subject, row, record=record)
            reasons = tuple(Why.model_validate(reason.model_dump()) for reason in said.reasons)
            told = Told(probability=said.probability, reasons=reasons)
            return self._answered(
                told, said.prediction_id, rollout, said.version, said.arm, said.synthetic, row, fields
            )
        only_known(row, [field.name for field in fields])
        complete(row, fields)
        told = model.tell(subject, row, day_of(self._clock()))
        synthetic = self._artifacts.described(name, rollout.champion).synthetic
        found = self._answered(told, self._new_id(), rollout, rollout.champion, Arm.CHAMPION, synthetic, row, fields)
        score = recorded_score(name, told)
        if record and score is not None:
            self._log.record(
                [
                    Prediction(
                        prediction_id=found.prediction_id, name=name, version=found.version, arm=found.arm, served=True,
                        subject=subject, at=self._clock(), probability=score, row=dict(row),
                    )
                ]
            )  # fmt: skip
        return found

    def _answered(
        self,
        told: Told,
        prediction_id: str,
        rollout: Rollout,
        version: str,
        arm: Arm,
        synthetic: bool,
        row: Mapping[str, Any],
        fields: tuple[RowField, ...],
    ) -> ModelAnswer:
        return ModelAnswer(
            **dict(told),
            prediction_id=prediction_id,
            name=rollout.name,
            version=version,
            arm=arm,
            value=None if told.probability is None else round(100 * told.probability),
            synthetic=synthetic,
            warnings=missing(row, fields),
        )

    def reference(self, name: str, version: str) -> Mapping[str, Any]:
        """What the version's training data looked like: `prevalence`, and bins of every input."""
        return self._artifacts.reference(name, version)

    def usual(self, name: str, version: str) -> dict[str, float | str]:
        """What is usual in training: the median of a number, the commonest level of a category."""
        found: dict[str, float | str] = {}
        for field, said in self.reference(name, version)["inputs"].items():
            if "levels" in said:
                found[field] = max(said["levels"], key=lambda level: said["levels"][level])
            elif said["edges"]:
                found[field] = median_of(said)
        return found

    def predict(self, name: str, subject: str, row: Mapping[str, Any], *, record: bool = True) -> Answer:
        """Score a row for a subject (customer or transaction) by the version that answers it.

        Raises `InvalidInputError` naming the field that is wrong, and then records nothing.
        """
        answer, said = self._ask(self.rollout(name), subject, row)
        if record:
            self._log.record(said)
        return answer

    def predict_all(self, name: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Answer | InvalidInputError]:
        """Score many (subject, row); a row that cannot be scored gives its error and does not stop the others."""
        rollout = self.rollout(name)
        found: list[Answer | InvalidInputError] = []
        recorded: list[Prediction] = []
        for subject, row in rows:
            try:
                answer, said = self._ask(rollout, subject, row)
            except InvalidInputError as error:
                found.append(error)
            else:
                found.append(answer)
                recorded += said
        self._log.record(recorded)
        return found

    def predict_pinned(
        self, name: str, version: str, rows: Sequence[Asked], at: int
    ) -> list[Answer | InvalidInputError]:
        """Score rows by one version as of `at`, whatever the roll-out says meanwhile."""
        only = Rollout(name=name, champion=version)
        found: list[Answer | InvalidInputError] = []
        recorded: list[Prediction] = []
        for asked in rows:
            try:
                answer, said = self._ask(only, asked.subject, asked.row, prediction_id=asked.prediction_id, at=at)
            except InvalidInputError as error:
                found.append(error)
            else:
                found.append(answer)
                recorded += said if asked.record else []
        self._log.record(recorded)
        return found

    def _ask(
        self,
        rollout: Rollout,
        subject: str,
        row: Mapping[str, Any],
        *,
        prediction_id: str | None = None,
        at: int | None = None,
    ) -> tuple[Answer, list[Prediction]]:
        """The answer, and what is to be recorded of it: a shadow's prediction, too."""
        arm = split_of(rollout).arm(subject)
        challenger = rollout.challenger if arm is Arm.CHALLENGER else None
        scorer = self.scorer(rollout.name, challenger or rollout.champion)
        score = scorer.score(row)
        answer = Answer(
            prediction_id=prediction_id or self._new_id(),
            name=rollout.name,
            version=challenger or rollout.champion,
            arm=Arm.CHALLENGER if challenger else Arm.CHAMPION,
            probability=score.probability,
            value=score.value,
            synthetic=scorer.info.synthetic,
            reasons=self._reasons(score, row),
        )
        served = Prediction(
            prediction_id=answer.prediction_id,
            name=answer.name,
            version=answer.version,
            arm=answer.arm,
            served=True,
            subject=subject,
            at=self._clock() if at is None else at,
            probability=answer.probability,
            row=dict(row),
        )
        if arm is not Arm.SHADOW or rollout.shadow is None:
            return answer, [served]
        shaded = {
            "prediction_id": self._new_id(),
            "version": rollout.shadow,
            "arm": arm,
            "served": False,
            "probability": self.scorer(rollout.name, rollout.shadow).probability(row),
        }
        return answer, [served, served.model_copy(update=shaded)]

    def _reasons(self, score: TabularScore, row: Mapping[str, Any]) -> tuple[PrincipalReason, ...]:
        """Up to four principal reasons, strongest first."""
        told = [part for part in score.contributions if abs(part.log_odds) >= LEAST_LOG_ODDS][:MOST_REASONS]
        said = [self._words(part.field, row.get(part.field)) or part.text for part in told]
        return tuple(
            PrincipalReason(
                code=part.field,
                en=text.en,
                ja=text.ja,
                direction=part.direction,
                log_odds=round(part.log_odds, 4),
            )
            for part, text in zip(told, said, strict=True)
        )


def split_of(rollout: Rollout) -> Split:
    """The split of customers; the model's name is the salt, so that no customer is a guinea pig everywhere."""
    return Split(
        salt=rollout.name,
        challenger=rollout.challenger_share if rollout.challenger else 0.0,
        shadow=rollout.shadow_share if rollout.shadow else 0.0,
    )
