"""`python -m models train|evaluate|publish NAME`."""

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

from rapport.inference.booster import InferenceError

from models.definition import Definition, Options, definitions
from models.evaluation import TooLittleDataError

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


def train(definition: Definition[Any], places: Places, options: Options) -> None:
    """Train, evaluate, write the model and its card."""
    try:
        trained = definition.train(options)
    except TooLittleDataError as error:
        raise SystemExit(f"error: {error}") from error
    target = definition.write(trained, places.trained / definition.name, datetime.now(UTC).date())
    definition.write_card(trained, places.cards / definition.name)
    print(f"model    {target}\ncard     {places.cards / definition.name / 'card.md'}")
    evaluate(definition, places)


def evaluate(definition: Definition[Any], places: Places) -> None:
    """Print the figures of the last training."""
    evaluation = _evaluation(definition, places)
    for split in evaluation["splits"]:
        print(f"\n{split['split']}: {split['calls']} calls, prevalence {split['prevalence']}. {evaluation['data']}")
        for label, values in split["figures"].items():
            cells = "  ".join(f"{name} {v[0]:.3f} ({v[1]:.3f} to {v[2]:.3f})" for name, v in values.items())
            print(f"  {evaluation['tag']:9} {label:36}{cells}")


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
    (target / "CURRENT").write_text(version + "\n")
    print(f"published {definition.name} {version}; the next deployment serves it")


def _evaluation(definition: Definition[Any], places: Places) -> dict[str, Any]:
    path = places.cards / definition.name / "evaluation.json"
    if not path.is_file():
        raise SystemExit(f"error: {definition.name} has not been trained: python -m models train {definition.name}")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    known = definitions()
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    parser.add_argument("command", choices=("train", "evaluate", "publish"))
    parser.add_argument("name", choices=sorted(known))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--customers", type=int, help="how many customers to generate")
    parser.add_argument("--calls", type=int, help="how many calls to generate, at least one per customer")
    parser.add_argument("--resamples", type=int, default=400, help="of the bootstrap over customers")
    parser.add_argument("--out", type=Path, help="work in this folder and leave the repository's models alone")
    given = parser.parse_args(arguments)
    definition = known[given.name]
    options = Options(seed=given.seed, customers=given.customers, calls=given.calls, resamples=given.resamples)
    places = Places.under(given.out) if given.out else Places()
    if given.command == "train":
        train(definition, places, options)
    elif given.command == "evaluate":
        evaluate(definition, places)
    else:
        publish(definition, places)
    return 0


if __name__ == "__main__":
    sys.exit(main())
