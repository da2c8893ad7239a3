"""lifetime_value: what will this customer buy and spend in the next 12 months?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rapport.inference.bgnbd import LifetimeValue
from rapport.inference.published import load_parameters

from models.benchmarks.cdnow import METRICS, hold_out, interval
from models.data.purchases import generate
from models.definition import Definition, Options
from models.export import Exported, as_bytes, paragraphs, write, write_card
from models.lifetime_value import fit, summarise

NAME, VERSION = "lifetime_value", "1.0.0"
DAYS, SPLIT, CUSTOMERS = 730, 365, 3_000

_TEXT = """
- Fit it to your own before you use it.
- **Question**: what will this customer buy and spend in the next 12 months?
- **Algorithm**: BG/NBD for the number of purchases, Gamma-Gamma for their value; maximum likelihood; money discounted
  at 10 % a year.
- **Assumes**: purchases need no contract; the value of a purchase does not depend on how often one buys; nobody leaves
  before a second purchase, so the probability of being alive is 1 for those without one.
- **Generated data**: Pareto/NBD with log-normal amounts, on purpose another process than the one fitted.
- **Judged** on the second year after a fit to the first. MAE rewards predicting nothing where most buy nothing:
  see RMSE and the total as well.
"""


def train(options: Options) -> Exported:
    """Judge on the held-out second year, then fit to both."""
    purchases = generate(options.seed, options.customers or CUSTOMERS, days=DAYS)
    splits: list[dict[str, Any]] = []
    for what, held in hold_out(purchases, SPLIT, DAYS).items():
        figures = {
            label: {
                name: [
                    round(metric(held.actual, said), 4),
                    *(round(x, 4) for x in interval(held, metric, label, rounds=options.resamples)),
                ]
                for name, metric in METRICS.items()
            }
            for label, said in held.said.items()
        }
        share = round(float((held.actual > 0).mean()), 4)
        splits.append(
            {
                "split": f"{what} of the held-out year",
                "calls": len(held.actual),
                "prevalence": share,
                "figures": figures,
            }
        )
    model, frequency, money = fit(summarise(purchases, DAYS))
    names = ("r", "alpha", "a", "b", "p", "q", "v", "discount")
    parameters = {
        **{name: getattr(model, name) for name in names},
        "unit": "weeks",
        "standard_errors": {**frequency.errors, **money.errors},
        "customers": frequency.customers,
    }
    data = f"SYNTHETIC: purchase generator, seed {options.seed}"
    return Exported(
        name=NAME,
        version=VERSION,
        file="parameters.json",
        data=as_bytes(parameters),
        trained_on=data,
        synthetic=True,
        about=paragraphs(_TEXT),
        splits=tuple(splits),
    )


def _check(models: Path) -> LifetimeValue:
    return LifetimeValue.from_parameters(load_parameters(models, NAME).parameters)


DEFINITION = Definition(name=NAME, train=train, write=write, write_card=write_card, check=_check)
