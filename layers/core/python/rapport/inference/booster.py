"""XGBoost models through libxgboost's C interface (docs/adr/0003).

C API: https://xgboost.readthedocs.io/en/stable/dev/group__c__api.html. One row at a time, one thread,
NaN is missing. A `Booster` keeps one row's buffers, so a lock lets one thread at a time use it.

A cold start waits for this module: it does without pathlib and importlib, which would double its time.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Sequence
from functools import cache
from math import inf

from rapport.runtime.errors import RapportError

_MARGIN = (
    b'{"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"cache_id":0,"missing":NaN}'
)
_CONTRIBUTIONS = b'{"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false}'
_ONE_THREAD = b'{"nthread":1}'
_DENSE = b'{"missing":NaN,"nthread":1}'


class InferenceError(RapportError):
    """libxgboost refused; `detail` is its own message."""

    kind, title = "inference-failed", "The model could not be evaluated"


def _folders() -> list[str]:
    """Where the library may lie: the inference layer first, then an installed training package."""
    return [os.path.join(place, package, "lib") for package in ("rapport_inference", "xgboost") for place in sys.path]


def _openmp(folder: str) -> list[str]:
    """The OpenMP runtimes that belong to the library in this folder: beside it, or where auditwheel puts them."""
    bundled = os.path.join(os.path.dirname(os.path.dirname(folder)), "xgboost_cpu.libs")
    places = [place for place in (folder, bundled) if os.path.isdir(place)]
    return [os.path.join(place, name) for place in places for name in os.listdir(place) if name.startswith("libgomp")]


@cache
def library() -> ctypes.CDLL:
    """Load libxgboost once. Raises `InferenceError` when no layer and no package has it."""
    for folder in _folders():
        path = os.path.join(folder, "libxgboost.so")
        if os.path.isfile(path):
            for runtime in _openmp(folder):
                ctypes.CDLL(runtime, mode=ctypes.RTLD_GLOBAL)
            loaded = ctypes.CDLL(path)
            loaded.XGBGetLastError.restype = ctypes.c_char_p
            return loaded
    raise InferenceError("libxgboost.so was found neither in the inference layer nor in an installed xgboost")


def _check(status: int) -> None:
    if status != 0:
        message = library().XGBGetLastError()
        raise InferenceError(message.decode(errors="replace").splitlines()[0] if message else "unknown error")


def _require_whole(path: str | os.PathLike[str]) -> None:
    """Refuse a file whose outermost object is not closed: libxgboost 3.4.1 may crash on half a document.

    Published models are held to their digest before they come here; this is for any other file.
    """
    try:
        with open(path, "rb") as file:
            first = file.read(1)
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            last = file.read(1)
    except OSError as error:
        raise InferenceError(f"the model file cannot be read: {error.strerror}") from error
    if (first, last) != (b"{", b"}"):
        raise InferenceError("the model file is no whole UBJ document")


class Booster:
    """A loaded model. Inputs are rows of `feature_count` floats; NaN is missing."""

    def __init__(self, path: str | os.PathLike[str], feature_count: int) -> None:
        """Load the UBJ file at `path`. Raises `InferenceError` when it is no model or has other features."""
        _require_whole(path)
        self._library = library()
        self._lock = threading.Lock()
        self._handle = ctypes.c_void_p()
        self._width = feature_count
        # Loading a model would start a thread for each core, and a function has little more than one.
        _check(self._library.XGBSetGlobalConfig(_ONE_THREAD))
        _check(self._library.XGBoosterCreate(None, ctypes.c_uint64(0), ctypes.byref(self._handle)))
        _check(self._library.XGBoosterLoadModel(self._handle, os.fsencode(path)))
        _check(self._library.XGBoosterSetParam(self._handle, b"nthread", b"1"))
        trained = ctypes.c_uint64()
        _check(self._library.XGBoosterGetNumFeature(self._handle, ctypes.byref(trained)))
        if trained.value != feature_count:
            raise InferenceError(f"the model has {trained.value} features, {feature_count} were declared")
        self._row = (ctypes.c_float * feature_count)()
        # The array interface, https://numpy.org/doc/stable/reference/arrays.interface.html, as XGBoost reads it.
        address = ctypes.addressof(self._row)
        interface = f'{{"data":[{address},false],"shape":[1,{feature_count}],"typestr":"<f4","version":3}}'
        self._interface = interface.encode()
        self._shape = ctypes.POINTER(ctypes.c_uint64)()
        self._dimensions = ctypes.c_uint64()
        self._result = ctypes.POINTER(ctypes.c_float)()
        self._answer = (ctypes.byref(self._shape), ctypes.byref(self._dimensions), ctypes.byref(self._result))
        # The in-place call wants a DMatrix for meta information; an empty one serves every row.
        self._empty = ctypes.c_void_p()

    def __del__(self) -> None:
        handle = getattr(self, "_handle", None)
        if handle:
            self._library.XGBoosterFree(handle)

    def _fill(self, row: Sequence[float]) -> None:
        if len(row) != self._width:
            raise InferenceError(f"a row has {len(row)} values, the model wants {self._width}")
        try:
            self._row[:] = row if isinstance(row, list) else list(row)
        except (OverflowError, TypeError) as error:
            raise InferenceError(f"a row holds something that is no 32-bit float: {error}") from error
        # XGBoost takes infinity for a prediction but not for its explanation: refuse it for both.
        held = self._row[:]
        if inf in held or -inf in held:
            raise InferenceError("a row holds an infinite value")

    def feature_names(self) -> tuple[str, ...]:
        """The names the model was trained with, in the order of its columns; empty when it carries none."""
        count = ctypes.c_uint64()
        names = ctypes.POINTER(ctypes.c_char_p)()
        _check(
            self._library.XGBoosterGetStrFeatureInfo(
                self._handle, b"feature_name", ctypes.byref(count), ctypes.byref(names)
            )
        )
        return tuple((names[i] or b"").decode() for i in range(count.value))

    def margin(self, row: Sequence[float]) -> float:
        """The raw score in log-odds, before calibration."""
        with self._lock:
            self._fill(row)
            _check(
                self._library.XGBoosterPredictFromDense(
                    self._handle, self._interface, _MARGIN, self._empty, *self._answer
                )
            )
            return float(self._result[0])

    def contributions(self, row: Sequence[float]) -> list[float]:
        """SHAP values in log-odds, one per feature and the bias last; they sum to the margin."""
        matrix = ctypes.c_void_p()
        with self._lock:
            self._fill(row)
            _check(self._library.XGDMatrixCreateFromDense(self._interface, _DENSE, ctypes.byref(matrix)))
            try:
                _check(self._library.XGBoosterPredictFromDMatrix(self._handle, matrix, _CONTRIBUTIONS, *self._answer))
                return list(self._result[: self._width + 1])
            finally:
                self._library.XGDMatrixFree(matrix)
