"""The ctypes binding: refusals are domain errors, memory goes back, threads do not mix rows."""

from __future__ import annotations

import resource
import zipfile
from concurrent.futures import ThreadPoolExecutor
from math import inf, nan
from pathlib import Path

import pytest
from rapport.inference.booster import Booster, InferenceError

from tests.builders.inference import COLUMNS, UBJ
from tools.inference_layer import place_library

WIDTH = len(COLUMNS)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="one byte"),
        pytest.param(b"not a model at all", id="no UBJ"),
        pytest.param(UBJ.read_bytes()[: UBJ.stat().st_size // 2], id="half of a model"),
        pytest.param(UBJ.read_bytes()[:-3], id="last bytes missing"),
    ],
)
def test_a_damaged_model_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.ubj"
    path.write_bytes(content)
    with pytest.raises(InferenceError) as caught:
        Booster(path, WIDTH)
    assert "unknown error" not in caught.value.detail


def test_a_model_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InferenceError):
        Booster(tmp_path / "none.ubj", WIDTH)


def test_a_model_with_another_number_of_features_is_refused() -> None:
    with pytest.raises(InferenceError, match=f"{WIDTH} features, {WIDTH + 1} were declared"):
        Booster(UBJ, WIDTH + 1)


def test_the_model_file_names_its_features_in_the_order_of_its_columns() -> None:
    assert Booster(UBJ, WIDTH).feature_names() == COLUMNS


@pytest.mark.parametrize("length", [0, WIDTH - 1, WIDTH + 1])
def test_a_row_of_the_wrong_length_is_refused(length: int) -> None:
    booster = Booster(UBJ, WIDTH)
    with pytest.raises(InferenceError, match=f"a row has {length} values"):
        booster.margin([0.0] * length)
    with pytest.raises(InferenceError, match=f"a row has {length} values"):
        booster.contributions([0.0] * length)


@pytest.mark.parametrize("value", [inf, -inf, 1e300, 10**400, "1", None], ids=str)
def test_what_is_no_finite_float_is_refused_by_prediction_and_explanation_alike(value: float) -> None:
    booster = Booster(UBJ, WIDTH)
    row = [value] + [0.0] * (WIDTH - 1)
    with pytest.raises(InferenceError):
        booster.margin(row)
    with pytest.raises(InferenceError):
        booster.contributions(row)


def test_a_refused_row_leaves_the_booster_usable() -> None:
    booster = Booster(UBJ, WIDTH)
    before = booster.margin([nan] * WIDTH)
    with pytest.raises(InferenceError):
        booster.contributions([inf] * WIDTH)
    assert booster.margin([nan] * WIDTH) == before


def test_threads_that_share_a_booster_get_their_own_answers() -> None:
    booster = Booster(UBJ, WIDTH)
    rows = [[float(number)] * WIDTH for number in range(8)]
    alone = [(booster.margin(row), booster.contributions(row)) for row in rows]

    def both(number: int) -> tuple[float, list[float]]:
        return booster.margin(rows[number % 8]), booster.contributions(rows[number % 8])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(both, range(400))) == alone * 50


def test_explanations_and_discarded_boosters_give_their_memory_back() -> None:
    def peak_mib() -> float:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    def work(boosters: int, explanations: int) -> None:
        for _ in range(boosters):
            booster = Booster(UBJ, WIDTH)
            for _ in range(explanations):
                booster.contributions([1.0] * WIDTH)

    work(5, 400)
    before = peak_mib()
    work(20, 400)
    assert peak_mib() - before < 10, "8,000 leaked matrices or 20 leaked models would take far more"


def wheel(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def test_the_layer_gets_the_library_and_its_openmp_runtime_and_nothing_else(tmp_path: Path) -> None:
    names = ("xgboost/lib/libxgboost.so", "xgboost_cpu.libs/libgomp-a49a47f9.so.1.0.0", "xgboost/core.py")
    place_library(wheel(tmp_path / "x.whl", *names), tmp_path / "package")
    placed = {path.name for path in (tmp_path / "package").rglob("*") if path.is_file()}
    assert placed == {"libxgboost.so", "libgomp-a49a47f9.so.1.0.0"}


def test_a_wheel_without_the_library_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"x\.whl"):
        place_library(wheel(tmp_path / "x.whl", "xgboost/core.py"), tmp_path / "package")
