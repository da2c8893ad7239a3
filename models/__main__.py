"""`python -m models train|evaluate|publish|compare|explain|upload NAME`.

Without --data, NAME is one of Rapport's own models. With it, NAME is any new name:
`python -m models train NAME --data FILE --target COLUMN [--group COLUMN] [--time COLUMN]`.
With --labels, `train` and `evaluate` take what agents said of calls (`python -m models.data.caller_labels`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from rapport.inference.booster import InferenceError
from rapport.runtime.errors import RapportError

from models.definition import Definition, Options, definitions
from models.evaluation import TooLittleDataError
from models.printed import show
from models.tabular import command
from models.tabular.errors import DataError, suggestion
from models.tabular.table import Roles
from models.upload import upload

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Places:
    """Where trained models, cards and published models lie: folders of one folder per model."""

    trained: Path = ROOT / ".build" / "models"
    cards: Path = ROOT / "models" / "cards"
    published: Path = ROOT / "layers" / "inference" / "python" / "rapport_inference" / "models"

    @classmethod
    def under(cls, folder: Path) -> Places:
        """The same three in a folder of the user's, away from the repository."""
        return cls(folder / "models", folder / "cards", folder / "published")

    def serving(self, name: str) -> Path:
        """The folder with the version that is served now: the repository's until another was published here."""
        return self.published if (self.published / name / "CURRENT").is_file() else Places.published


def train(definition: Definition[Any], places: Places, options: Options) -> None:
    """Train, evaluate, write the model and its card."""
    trained = definition.train(options)
    target = definition.write(trained, places.trained / definition.name, datetime.now(UTC).date())
    definition.write_card(trained, places.cards / definition.name)
    print(f"model    {target}\ncard     {places.cards / definition.name / 'card.md'}")
    show(_evaluation(definition, places))


def evaluate(definition: Definition[Any], places: Places, options: Options) -> None:
    """Print the figures of the last training, or those on data that the definition brings."""
    show(definition.judge(options) if definition.judge else _evaluation(definition, places))


def publish(definition: Definition[Any], places: Places) -> None:
    """Put the trained model into the inference layer, if the service takes it and the card is about it."""
    source = places.trained / definition.name
    if not (source / "CURRENT").is_file():
        raise SystemExit(f"error: {definition.name} has not been trained: python -m models train {definition.name}")
    version = (source / "CURRENT").read_text().strip()
    try:
        definition.check(places.trained)
    except InferenceError as error:
        raise SystemExit(f"error: the service would refuse this model: {error.detail}") from error
    described = json.loads((source / version / "model.json").read_text())["sha256"]
    if _evaluation(definition, places)["sha256"] != described:
        raise SystemExit(f"error: the card of {definition.name} is about another model: train it again")
    target = places.published / definition.name
    shutil.rmtree(target / version, ignore_errors=True)
    shutil.copytree(source / version, target / version)
    # The registry's gate reads the evidence where the model lies.
    shutil.copy(places.cards / definition.name / "evaluation.json", target / version / "evaluation.json")
    (target / "CURRENT").write_text(version + "\n")
    print(f"published {definition.name} {version}; the next deployment serves it")


def send(definition: Definition[Any], places: Places, bucket: str | None, table: str | None) -> None:
    """Bring the trained version to a running system (credentials and region as for the AWS command line)."""
    if not bucket or not table:
        raise DataError("--bucket and --table name where to: see the outputs of the data stack")
    folder = places.trained / definition.name
    version = folder / (folder / "CURRENT").read_text().strip() if (folder / "CURRENT").is_file() else folder
    shutil.copy(places.cards / definition.name / "evaluation.json", version / "evaluation.json")
    try:
        sent = upload(version, s3=boto3.client("s3"), dynamodb=boto3.client("dynamodb"), bucket=bucket, table=table)
    except (FileNotFoundError, RapportError) as error:
        raise SystemExit(f"error: {error}") from error
    print(f"uploaded {sent.name} {sent.version}; challenge, shadow or promote it by the models API")


def _evaluation(definition: Definition[Any], places: Places) -> dict[str, Any]:
    path = places.cards / definition.name / "evaluation.json"
    if not path.is_file():
        raise SystemExit(f"error: {definition.name} has not been trained: python -m models train {definition.name}")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def _parser(known: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("train", "evaluate", "publish", "compare", "explain", "upload"))
    parser.add_argument("name", help=f"{', '.join(known)}, or with --data any new name")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--customers", type=int, help="how many customers to generate")
    parser.add_argument("--calls", type=int, help="how many calls to generate, at least one per customer")
    parser.add_argument("--resamples", type=int, default=400, help="of the bootstrap over customers")
    parser.add_argument("--labels", type=Path, metavar="FILE", help="train, evaluate: labels of agents, JSON Lines")
    parser.add_argument("--out", type=Path, help="work in this folder and leave the repository's models alone")
    parser.add_argument("--bucket", help="upload: the files bucket of the running system")
    parser.add_argument("--table", help="upload: its models table")
    table = parser.add_argument_group("a table of your own")
    table.add_argument("--data", type=Path, help="CSV (also .gz) or Parquet")
    table.add_argument("--target", help="the column to predict; it has two values, or see --positive")
    table.add_argument("--group", default="", help="the column whose rows belong together, such as the customer")
    table.add_argument("--time", default="", help="the column that says when a row was known")
    table.add_argument("--known", default="", help="the column that says when the outcome became certain")
    table.add_argument("--positive", default="", help="the target's value whose probability is wanted")
    table.add_argument("--drop", default="", help="columns not to learn from, separated by commas")
    table.add_argument("--keep", default="", help="columns that tell the target outright and are truly known before")
    table.add_argument("--trials", type=int, default=16, help="how many settings the tuning tries")
    table.add_argument("--synthetic", action="store_true", help="the data is made up: say so beside every figure")
    table.add_argument("--versions", nargs=2, metavar="VERSION", help="compare: which two, else the last two")
    table.add_argument("--rows", default="1", help="explain: which rows of the file, such as 1,5,9")
    return parser


def _definition(given: argparse.Namespace, known: dict[str, Definition[Any]], places: Places) -> Definition[Any]:
    """The named model. Raises `DataError` when there is none and none can be made."""
    name = given.name
    if given.labels:
        return _of_labels(given, known, places)
    if name in known:
        if given.data:
            raise DataError(
                f"{name} is one of Rapport's own, with features of its own: choose a new name for your table"
            )
        return known[name]
    if given.data is None:
        if given.command in {"evaluate", "publish", "upload"} and command.is_tabular(name, places.trained):
            return command.definition(name, places.trained)
        raise DataError(f"there is no model {name!r}{suggestion(name, known)}; a new one needs --data FILE")
    if given.command == "train" and not given.target:
        raise DataError("--target is missing: which column of the file is to be predicted?")
    roles = Roles(
        target=given.target or "",
        group=given.group,
        time=given.time,
        known=given.known,
        positive=given.positive,
        drop=_list(given.drop),
        keep=_list(given.keep),
    )
    return command.definition(name, places.trained, data=given.data, roles=roles, synthetic=given.synthetic)


def _of_labels(given: argparse.Namespace, known: dict[str, Definition[Any]], places: Places) -> Definition[Any]:
    """The named model, to learn from labels or be judged on them. Raises `DataError` where that has no meaning."""
    takers = {name: of_labels for name, found in known.items() if (of_labels := found.of_labels)}
    if given.name not in takers:
        raise DataError(f"--labels: {given.name} learns nothing from labels of agents; {', '.join(takers)} does")
    if given.command not in {"train", "evaluate"}:
        raise DataError(f"--labels: {given.command} takes none; train and evaluate do")
    if given.data or given.synthetic:
        raise DataError("--labels are what agents said of real calls: neither --data nor --synthetic goes with them")
    return takers[given.name](given.labels, places.serving(given.name))


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _run(given: argparse.Namespace, places: Places) -> None:
    known = definitions()
    definition = _definition(given, known, places)
    of_table = given.data is not None
    options = Options(
        seed=given.seed,
        customers=given.customers,
        calls=given.calls,
        resamples=max(20, given.resamples),
        trials=max(1, given.trials),
    )
    if given.command == "train":
        train(definition, places, options)
    elif given.command == "publish":
        publish(definition, places)
    elif given.command == "upload":
        send(definition, places, given.bucket, given.table)
    elif given.command == "evaluate" and not of_table:
        evaluate(definition, places, options)
    elif not of_table:
        raise DataError(f"{given.command} needs --data FILE, and a model that was trained on a table")
    elif given.command == "evaluate":
        command.evaluate(given.name, places.trained, given.data, given.resamples)
    elif given.command == "compare":
        versions = (given.versions[0], given.versions[1]) if given.versions else None
        command.compare(given.name, places.trained, given.data, versions, given.resamples)
    else:
        if not all(part.isdigit() for part in _list(given.rows)):
            raise DataError(f"--rows: {given.rows!r} is no list of row numbers such as 1,5,9")
        command.explain(given.name, places.trained, given.data, [int(part) for part in _list(given.rows)])


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser(sorted(definitions())).parse_args(arguments)
    places = Places.under(given.out) if given.out else Places()
    try:
        _run(given, places)
    except (DataError, InferenceError, TooLittleDataError) as error:
        raise SystemExit(f"error: {error}") from error
    return 0


if __name__ == "__main__":
    sys.exit(main())
