"""Maximum likelihood recovers what made the data, and the served numbers are the trained ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from rapport.inference.bgnbd import History, LifetimeValue, log_likelihood
from rapport.inference.published import load_parameters

from models.benchmarks import cdnow as benchmark
from models.catalogue.lifetime_value import DEFINITION
from models.data.importers import cdnow
from models.data.purchases import Floats, Purchases, generate
from models.definition import Options
from models.export import as_bytes
from models.lifetime_value import NotFittedError, Summary, fit, fit_bgnbd, fit_gamma_gamma, summarise


def bgnbd_customers(size: int, seed: int) -> Purchases:
    """Purchases by BG/NBD itself: r 0.8, alpha 6 weeks, a 1, b 3; Gamma-Gamma p 5, q 4, v 20."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(0.8, 1 / 6, size), rng.beta(1, 3, size)
    scale = rng.gamma(4, 1 / 20, size)
    rows: list[tuple[int, int, float]] = []
    for code in range(size):
        at, alive = 0.0, True
        rows.append((code, 0, rng.gamma(5, 1 / scale[code])))
        while alive and (at := at + rng.exponential(7 / rate[code])) < 550:
            rows.append((code, int(at), rng.gamma(5, 1 / scale[code])))
            alive = rng.random() > leave[code]
    who, day, amount = zip(*rows, strict=True)
    return Purchases.of(who, day, amount, tuple(map(str, range(size))))


@pytest.fixture(scope="module")
def summary() -> Summary:
    return summarise(bgnbd_customers(4_000, 3), 550)


def test_the_estimates_lie_within_three_standard_errors_of_the_truth(summary: Summary) -> None:
    often, worth = fit_bgnbd(summary), fit_gamma_gamma(summary)
    truth = {"a": 1.0, "b": 3.0, "p": 5.0, "q": 4.0, "v": 20.0}
    found, errors = {**often.estimates, **worth.estimates}, {**often.errors, **worth.errors}
    for name, value in truth.items():
        assert abs(found[name] - value) < 3 * errors[name], name
        assert 0 < errors[name] < 0.5 * value
    # Purchases of one day are one, so the rate is a little lower than drawn.
    assert found["r"] / found["alpha"] == pytest.approx(0.8 / 6, rel=0.1)


def test_the_likelihood_reached_is_that_of_the_served_model(summary: Summary) -> None:
    model, often, _ = fit(summary)
    total = sum(log_likelihood(model, history) for history in summary.histories())
    assert total == pytest.approx(often.log_likelihood, rel=1e-9)


def test_no_change_of_a_parameter_is_likelier(summary: Summary) -> None:
    often = fit_bgnbd(summary)

    def likelihood(parameters: dict[str, float]) -> float:
        model = LifetimeValue(**parameters, p=1, q=2, v=1)
        return sum(log_likelihood(model, history) for history in summary.histories())

    for name in often.estimates:
        for factor in (0.95, 1.05):
            assert likelihood({**often.estimates, name: often.estimates[name] * factor}) < often.log_likelihood


def test_a_summary_counts_days_after_the_first_and_leaves_out_what_came_later() -> None:
    purchases = Purchases.of([1, 0, 0, 0, 0], [3, 0, 7, 7, 90], [5.0, 10, 20, 2, 99], ("A", "B"))
    found = summarise(purchases, 14)
    assert found.histories() == [History(1, 1.0, 2.0, 16.0, 2), History(0, 0.0, 11 / 7, 5.0, 1)]


def test_customers_who_never_came_back_cannot_be_fitted() -> None:
    once = Purchases.of([0, 1, 2], [0, 1, 2], [1.0, 2, 3], ("A", "B", "C"))
    with pytest.raises(NotFittedError):
        fit(summarise(once, 30))


def test_generated_purchases_repeat_with_their_seed_and_everybody_starts_in_time() -> None:
    first, again, other = generate(1, 200), generate(1, 200), generate(2, 200)
    assert np.array_equal(first.amount, again.amount)
    assert not np.array_equal(first.amount[:200], other.amount[:200])
    starts = first.day[np.r_[True, np.diff(first.customer) != 0]]
    assert len(starts) == 200
    assert starts.max() < 90
    assert first.amount.min() > 0


def test_a_trained_model_is_written_read_and_says_the_same(tmp_path: Path) -> None:
    trained = DEFINITION.train(Options(customers=600, resamples=20))
    folder = DEFINITION.write(trained, tmp_path / "lifetime_value", date(2025, 1, 2))
    DEFINITION.write_card(trained, tmp_path / "card")
    assert DEFINITION.check(tmp_path) == LifetimeValue.from_parameters(trained.parameters)
    assert load_parameters(tmp_path, "lifetime_value").described.synthetic is True
    assert (folder / "parameters.json").read_bytes() == as_bytes(trained.parameters)
    card = (tmp_path / "card" / "card.md").read_text()
    assert "SYNTHETIC" in card
    assert "predict zero" in card


def write_cdnow(folder: Path) -> None:
    """A file in CDNOW's format, of generated purchases."""
    made = generate(5, 500, days=cdnow.END)
    lines = ["customer_id,date,number_of_cds,dollar_value"]
    days = (np.datetime64("1997-01-01") + made.day).astype(str)
    lines += [f"{code:05d},{day},1,{paid}" for code, day, paid in zip(made.customer, days, made.amount, strict=True)]
    (folder / "cdnow.csv").write_text("\n".join(lines))


def test_the_benchmark_reports_each_metric_beside_its_baselines(tmp_path: Path) -> None:
    import gzip

    folder = tmp_path / cdnow.FOLDER
    folder.mkdir()
    write_cdnow(folder)
    (folder / cdnow.FILE).write_bytes(gzip.compress((folder / "cdnow.csv").read_bytes()))
    (folder / benchmark.SAMPLE).write_text("\n".join(f"{code:05d} {code} 19970101 1 1.0" for code in range(0, 500, 2)))
    results = benchmark.run(tmp_path)
    assert {result.rows for result in results} == {500, 250}
    spend = [result for result in results if result.metric.startswith("spend")]
    assert [set(result.baselines) for result in spend] == [{"predict zero", "last value", "frequency x rate"}] * 3
    for result in results:
        assert result.low is not None
        assert result.high is not None
        assert result.low <= result.ours <= result.high


def test_missing_data_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"cdnow_master\.csv\.gz"):
        cdnow.read(tmp_path)


def test_the_total_error_of_nothing_predicted_is_minus_one() -> None:
    actual: Floats = np.array([1.0, 2.0])
    assert benchmark.METRICS["error of the cohort total"](actual, np.zeros(2)) == -1
