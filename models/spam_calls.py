"""Trains spam_caller on calls that agents labelled, and judges the served version on them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapport.inference.caller_features import FEATURES
from rapport.inference.published import load
from rapport.inference.spam_caller import NAME, Metadata, load_spam_caller

from models.data.caller_labels import Labels, read
from models.definition import Options
from models.evaluation import Floats, TooLittleDataError, platt
from models.export import Exported, against
from models.spam_forest import (
    ABOUT,
    BLOCK,
    LOGISTIC,
    RULE,
    WARN,
    Limits,
    Scorer,
    baselines,
    by_rate,
    calibrated,
    exported,
    learn,
    limits,
)
from models.spam_labels import Parts, check_enough, described, figures, parted, split_of
from models.tabular.write import next_version

TAG = "real"
_BIAS = (
    "**Whom they are of**: calls that reached an agent who then said something. Blocked calls have no label, so the "
    "sample is what the version served then let through, and how many wanted callers a block would lose among all "
    "callers cannot be measured from it: a false-positive rate here is one among labelled calls.",
    "**What they are**: opinions. Agents who agree may be wrong together; nobody checked who called.",
)


@dataclass(frozen=True)
class Served:
    """The published version as it stands, with its own thresholds. `learned` is whether from labels, too."""

    version: str
    cuts: Limits
    learned: bool
    probability: Scorer

    @property
    def name(self) -> str:
        """As the registry's gate looks for a champion among the figures."""
        return f"{NAME} {self.version}"


def served(published: Path) -> Served:
    """From a folder of models. Raises `InferenceError` when the service would refuse it."""
    said, _ = load(published, NAME, "model.ubj", Metadata)
    scorer = load_spam_caller(published)

    def probability(x: Floats) -> Floats:
        rows = (dict(zip(FEATURES, row, strict=True)) for row in x.tolist())
        return np.array([scorer.score(row).probability for row in rows], dtype=np.float64)

    return Served(said.version, (said.block_at, said.warn_at), not said.synthetic, probability)


@dataclass(frozen=True)
class Judged:
    """Scores of the validating and of the judging labels. `cuts` are a scorer's own, else set on the former."""

    before: Floats
    after: Floats
    cuts: Limits | None = None
    probable: bool = True


def train(file: Path, published: Path, options: Options) -> Exported:
    """The same forest as on generated callers, as the version after the published one."""
    labels = read(file)
    parts, now = parted(labels), served(published)
    forest = learn(parts.fitting, parts.validating, seed=options.seed)
    if forest.line[0] <= 0:
        raise TooLittleDataError(
            "what was learned ranks the validating calls the wrong way round: no model comes of it"
        )
    ours = Judged(forest.probability(parts.validating.x), forest.probability(parts.judging.x))
    scored = {NAME: ours, **_rivals(parts, now)}
    spam = parts.validating.spam
    found = {
        name: figures(
            parts.judging,
            each.after,
            each.cuts or limits(each.before, spam),
            probable=each.probable,
            rounds=options.resamples,
            seed=options.seed,
        )
        for name, each in scored.items()
    }
    return exported(
        forest,
        limits(ours.before, spam),
        parts.fitting,
        training_data_sha256=labels.sha256,
        version=next_version(published / NAME),
        trained_on=described(labels),
        synthetic=False,
        tag=TAG,
        about=_about(labels, parts, now, found),
        splits=(split_of("later labels of other numbers and campaigns", parts.judging, found),),
    )


def _rivals(parts: Parts, now: Served) -> dict[str, Judged]:
    """The served version as it stands and recalibrated, the rule, and a logistic regression."""

    def judged(scorer: Scorer, *, probable: bool) -> Judged:
        return Judged(scorer(parts.validating.x), scorer(parts.judging.x), probable=probable)

    simple = baselines(parts.fitting)
    before, after = now.probability(parts.validating.x), now.probability(parts.judging.x)
    line = platt(parts.validating.spam.astype(np.float64), _log_odds(before))
    return {
        now.name: Judged(before, after, now.cuts),
        f"{now.version} recalibrated": Judged(calibrated(line, _log_odds(before)), calibrated(line, _log_odds(after))),
        RULE: judged(simple[RULE], probable=False),
        LOGISTIC: judged(lambda x: calibrated((1.0, 0.0), simple[LOGISTIC](x)), probable=True),
    }


def _log_odds(p: Floats) -> Floats:
    kept = np.clip(p, 1e-9, 1 - 1e-9)
    found: Floats = np.log(kept / (1 - kept))
    return found


def _about(labels: Labels, parts: Parts, now: Served, found: dict[str, Any]) -> tuple[str, ...]:
    wanted = int((~parts.validating.spam).sum())
    error, low, high = found[NAME]["ECE"]
    return (
        *ABOUT,
        f"**Data**: {described(labels)}. {labels.spam.mean():.4f} of them say spam.",
        *_BIAS,
        "**Split** by group and time: of the groups in the order of their first label, half are learned from "
        f"({_part(parts.fitting)}), a quarter calibrates and sets thresholds ({_part(parts.validating)}), a quarter "
        f"judges ({_part(parts.judging)}). No number and no campaign is on two sides. {parts.late:,} labels that a "
        "group got after the next part began are left out.",
        f"**Thresholds**: the {wanted:,} wanted calls they are set on make a false-positive rate only as fine as 1 in "
        f"{wanted:,} ({1 / wanted:.2%}); for {BLOCK:.1%} at most {int(BLOCK * wanted)} of them may score higher, for "
        f"{WARN:.1%} at most {int(WARN * wanted)}. What came of it stands beside. Intervals are of 95 %, from a "
        "bootstrap over groups; of a share of none or of all, Wilson's on the number of groups.",
        *_unlearned(parts.fitting),
        f"**Calibration**: expected calibration error {error:.4f} ({low:.4f} to {high:.4f}).",
        f"**Against the baselines**: {against(found, NAME, 'AUC')}.{_overlap(now)}",
    )


def _unlearned(fitting: Labels) -> tuple[str, ...]:
    """Labels leave the lists out, for one: a model cannot learn from what never varies."""
    known = (column[~np.isnan(column)] for column in fitting.x.T)
    names = [name for name, column in zip(FEATURES, known, strict=True) if len(np.unique(column)) < 2]
    if not names:
        return ()
    return (f"**Nothing was learned of** {', '.join(names)}: known labels have one value of it at most.",)


def _part(labels: Labels) -> str:
    return f"{len(labels):,} labels of {labels.groups:,} groups, {labels.spam.mean():.4f} spam"


def _overlap(now: Served) -> str:
    if not now.learned:
        return ""
    return f" {now.name} learned from labels itself: where these are among them its figures are too good."


def judge(file: Path, published: Path, options: Options) -> dict[str, Any]:
    """The evaluation of the published version on all labels, as it stands. Nothing is fitted or chosen on them."""
    labels = read(file)
    check_enough(labels, str(file))
    now = served(published)

    def row(scores: Floats, cuts: Limits | None) -> dict[str, Any]:
        return figures(labels, scores, cuts, probable=cuts is not None, rounds=options.resamples, seed=options.seed)

    found = {now.name: row(now.probability(labels.x), now.cuts), RULE: row(by_rate(labels.x), None)}
    return {
        "tag": TAG,
        "data": f"{described(labels)}. Calls that were blocked have no label.{_overlap(now)}",
        "splits": [split_of("all labels", labels, found)],
    }
