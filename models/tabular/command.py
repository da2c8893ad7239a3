"""The command line's side of models made from a table: what `python -m models` does with `--data`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from rapport.inference.tabular import TabularScorer, load_tabular

from models.definition import Definition, Options
from models.tabular import pipeline, stored
from models.tabular.card import write_card
from models.tabular.errors import DataError
from models.tabular.metrics import NAMES
from models.tabular.read import read
from models.tabular.stored import Stored
from models.tabular.table import Roles
from models.tabular.write import next_version, write

MOST_REASONS = 4
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


def warn(sentence: str) -> None:
    print(f"warning: {sentence}", file=sys.stderr)


def definition(
    name: str, trained: Path, *, data: Path | None = None, roles: Roles | None = None, synthetic: bool = False
) -> Definition[pipeline.Trained]:
    """A model of this name, to be trained on `data` or already in the folder `trained`."""
    if not _NAME.fullmatch(name):
        raise DataError(f"{name!r} is no name for a model: small letters, digits, - and _, a letter first")

    def train(options: Options) -> pipeline.Trained:
        if data is None or roles is None:
            raise DataError(f"{name} is learned from a table: name it with --data and its outcome with --target")
        plan = pipeline.Plan(seed=options.seed, trials=options.trials, resamples=options.resamples, synthetic=synthetic)
        found = pipeline.train(name, read(data), roles, plan, warn)
        found.evaluation["version"] = next_version(trained / name)
        return found

    def check(models: Path) -> TabularScorer:
        return load_tabular(models, name)

    return Definition(name=name, train=train, write=write, write_card=write_card, check=check)


def is_tabular(name: str, trained: Path) -> bool:
    """Whether a model of this name was made from a table."""
    return any((trained / name).glob("*/schema.json"))


def current(name: str, trained: Path) -> Path:
    """The folder of the version that CURRENT names."""
    try:
        return trained / name / (trained / name / "CURRENT").read_text().strip()
    except OSError as error:
        raise DataError(
            f"{name} has not been trained: python -m models train {name} --data FILE --target COLUMN"
        ) from error


def evaluate(name: str, trained: Path, data: Path, resamples: int) -> None:
    """Print the figures of the current version on a file."""
    version = Stored.load(current(name, trained))
    found = stored.judge(version, read(data), resamples)
    for sentence in found["warnings"]:
        warn(sentence)
    mark = "SYNTHETIC" if version.said["synthetic"] else "measured"
    where = f"{found['split']}: {found['rows']:,} rows, prevalence {found['prevalence']:.3f}"
    print(f"{name} {version.version}, {where}, {mark}")
    for figure, (value, low, high) in found["figures"][name].items():
        print(f"  {figure:22}{value:.3f} ({low:.3f} to {high:.3f})")


def compare(name: str, trained: Path, data: Path, versions: tuple[str, str] | None, resamples: int) -> None:
    """Print two versions side by side on rows that neither learned from: by default the last two."""
    pair = versions or _last_two(name, trained)
    first, second = (Stored.load(trained / name / version) for version in pair)
    found = stored.compare(first, second, read(data), resamples)
    print(f"{found.rows:,} rows, prevalence {found.prevalence:.3f}: {found.words}")
    print(f"  {'':22}{first.version:24}{second.version:24}difference, paired")
    for figure in NAMES:
        apart = found.apart[figure]
        said = "" if apart.low <= 0 <= apart.high else "  *"
        print(f"  {figure:22}{found.first[figure]!s:24}{found.second[figure]!s:24}{apart}{said}")
    print("  * the interval of the difference leaves out 0")


def _last_two(name: str, trained: Path) -> tuple[str, str]:
    found = sorted((path.parent.name for path in (trained / name).glob("*/schema.json")), key=_numbers)
    if len(found) < 2:
        raise DataError(f"{name} has {len(found)} version{'' if len(found) == 1 else 's'}: two are needed to compare")
    return found[-1], found[-2]


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def explain(name: str, trained: Path, data: Path, rows: list[int]) -> None:
    """Print the score of some rows of a file with what moved it."""
    for number, score in stored.explain(current(name, trained), read(data), rows):
        print(f"row {number}: probability {score.probability:.3f}, score {score.value}")
        for reason in score.contributions[:MOST_REASONS]:
            print(f"  {reason.log_odds:+.3f}  {reason.text.en} / {reason.text.ja}")
