"""`python -m models train|evaluate|publish NAME`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rapport.inference.payment_risk import NAME as PAYMENT_RISK

from models import card, payment_risk

ROOT = Path(__file__).resolve().parent.parent
TRAINED = ROOT / ".build" / "models"
CARDS = ROOT / "models" / "cards"
PUBLISHED = ROOT / "layers" / "inference" / "python" / "rapport_inference" / "models"


@dataclass(frozen=True)
class Definition:
    """A model that the command line can train."""

    name: str
    train: Callable[[int], payment_risk.Trained]
    write: Callable[[payment_risk.Trained, Path], Path]


DEFINITIONS = {
    definition.name: definition for definition in (Definition(PAYMENT_RISK, payment_risk.train, payment_risk.write),)
}


def train(definition: Definition, seed: int) -> None:
    """Train, evaluate, write the card."""
    trained = definition.train(seed)
    target = definition.write(trained, TRAINED / definition.name)
    card.write_card(trained, CARDS / definition.name)
    print(f"model    {target}\ncard     {CARDS / definition.name / 'card.md'}")
    evaluate(definition)


def evaluate(definition: Definition) -> None:
    """Print the figures of the last training."""
    path = CARDS / definition.name / "evaluation.json"
    if not path.is_file():
        raise SystemExit(f"error: {definition.name} has not been trained: python -m models train {definition.name}")
    evaluation = json.loads(path.read_text())
    for split in evaluation["splits"]:
        print(f"\n{split['split']}: {split['calls']} calls, prevalence {split['prevalence']}. {evaluation['data']}")
        for label, values in split["figures"].items():
            cells = "  ".join(f"{name} {v[0]:.3f} ({v[1]:.3f} to {v[2]:.3f})" for name, v in values.items())
            print(f"  {label:36}{cells}")


def publish(definition: Definition) -> None:
    """Put the trained model into the inference layer."""
    source = TRAINED / definition.name
    versions = sorted(source.glob("*/model.json"))
    if not versions:
        raise SystemExit(f"error: {definition.name} has not been trained: python -m models train {definition.name}")
    version = versions[-1].parent
    target = PUBLISHED / definition.name
    shutil.copytree(version, target / version.name, dirs_exist_ok=True)
    (target / "CURRENT").write_text(version.name + "\n")
    print(f"published {definition.name} {version.name}; the next deployment serves it")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    parser.add_argument("command", choices=("train", "evaluate", "publish"))
    parser.add_argument("name", choices=sorted(DEFINITIONS))
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    definition = DEFINITIONS[arguments.name]
    if arguments.command == "train":
        train(definition, arguments.seed)
    elif arguments.command == "evaluate":
        evaluate(definition)
    else:
        publish(definition)
    return 0


if __name__ == "__main__":
    sys.exit(main())
