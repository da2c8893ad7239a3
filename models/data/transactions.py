"""Transactions as columns, checked, from and to Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rapport.customers.features.online import LARGEST
from rapport.customers.vocabulary import CATEGORIES, CHANNELS

COLUMNS = ("transaction_id", "customer_id", "at", "amount", "category", "channel", "merchant", "country")
# 1970 to 2100, in epoch milliseconds: a file in seconds or nanoseconds is refused.
EARLIEST, LATEST = 0, 4_102_444_800_000
_NOT_MS = "epoch milliseconds from 1970 to 2100"


class TransactionsError(ValueError):
    """A table that is no table of transactions; the message names row (from 0) and column."""


@dataclass(frozen=True)
class Transactions:
    """Columns of equal length, sorted by (customer, at); rows of the same instant stay in their order of arrival.

    customer: int32 codes into `customer_ids`, which may also name customers without a transaction; at: int64 epoch
    ms; amount: float64, account currency, refunds below zero; category and channel: int8 indices into CATEGORIES and
    CHANNELS; merchant (int32) and country (int16): codes into their names; transaction_ids: one a row.
    """

    customer: NDArray[np.int32]
    customer_ids: tuple[str, ...]
    at: NDArray[np.int64]
    amount: NDArray[np.float64]
    category: NDArray[np.int8]
    channel: NDArray[np.int8]
    merchant: NDArray[np.int32]
    merchant_names: tuple[str, ...]
    country: NDArray[np.int16]
    country_names: tuple[str, ...]
    transaction_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.at)

    @classmethod
    def from_columns(cls, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> Transactions:
        """From columns of names and numbers, named as a Transaction's fields, in order of arrival.

        Raises TransactionsError for a missing column, unequal lengths, and the first bad value of a column.
        """
        for name in COLUMNS:
            if name not in columns:
                raise TransactionsError(f"column {name} is missing")
        return cls.from_arrow(pa.table({name: pa.array(columns[name]) for name in COLUMNS}))

    @classmethod
    def from_arrow(cls, table: pa.Table) -> Transactions:
        """From an Arrow table; see `from_columns`."""
        for name in COLUMNS:
            if name not in table.column_names:
                raise TransactionsError(f"column {name} is missing")
        at = _numbers(table, "at", np.int64)
        amount = _numbers(table, "amount", np.float64)
        _all(~((at >= EARLIEST) & (at < LATEST)), at, "at", _NOT_MS)
        _all(~(np.abs(amount) <= LARGEST), amount, "amount", f"a number up to {LARGEST:.0e}")
        customer, customers = _codes(table, "customer_id", np.int32)
        merchant, merchants = _codes(table, "merchant", np.int32)
        country, countries = _codes(table, "country", np.int16)
        order = np.lexsort((at, customer))
        ids, names = _codes(table, "transaction_id", np.int64)
        if len(names) < len(ids):
            repeated = np.ones(len(ids), dtype=bool)
            repeated[np.unique(ids, return_index=True)[1]] = False
            _refuse(int(repeated.argmax()), "transaction_id", names[ids[repeated.argmax()]], "unique")
        return cls(
            customer=customer[order],
            customer_ids=customers,
            at=at[order],
            amount=amount[order],
            category=_words(table, "category", CATEGORIES)[order],
            channel=_words(table, "channel", CHANNELS)[order],
            merchant=merchant[order],
            merchant_names=merchants,
            country=country[order],
            country_names=countries,
            transaction_ids=tuple(names[code] for code in ids[order]),
        )

    def to_arrow(self) -> pa.Table:
        """The table as `from_arrow` reads it, sorted."""

        def named(codes: NDArray[Any], names: Sequence[str]) -> pa.Array:
            return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names, pa.string()))

        return pa.table(
            {
                "transaction_id": pa.array(self.transaction_ids, pa.string()),
                "customer_id": named(self.customer, self.customer_ids),
                "at": pa.array(self.at),
                "amount": pa.array(self.amount),
                "category": named(self.category, CATEGORIES),
                "channel": named(self.channel, CHANNELS),
                "merchant": named(self.merchant, self.merchant_names),
                "country": named(self.country, self.country_names),
            }
        )

    def rows(self, chosen: NDArray[Any]) -> Transactions:
        """The chosen rows (a mask or ascending positions), of the same customers."""
        positions = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return Transactions(
            customer=self.customer[positions],
            customer_ids=self.customer_ids,
            at=self.at[positions],
            amount=self.amount[positions],
            category=self.category[positions],
            channel=self.channel[positions],
            merchant=self.merchant[positions],
            merchant_names=self.merchant_names,
            country=self.country[positions],
            country_names=self.country_names,
            transaction_ids=tuple(self.transaction_ids[position] for position in positions.tolist()),
        )

    def write_parquet(self, path: Path) -> None:
        """Write the table; raises OSError."""
        pq.write_table(self.to_arrow(), path, compression="zstd")


def read_parquet(path: Path) -> Transactions:
    """Read and check a file of transactions; raises OSError or TransactionsError."""
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise TransactionsError(f"{path.name} is not a Parquet file: {error}") from error
    return Transactions.from_arrow(table)


def _refuse(row: int, name: str, value: object, wanted: str) -> NoReturn:
    raise TransactionsError(f"row {row}, column {name}: {value!r} is not {wanted}")


def _all(bad: NDArray[np.bool_], values: NDArray[Any], name: str, wanted: str) -> None:
    if bad.any():
        row = int(bad.argmax())
        _refuse(row, name, values[row].item(), wanted)


def _present(table: pa.Table, name: str) -> pa.Array:
    column = table[name].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    if column.null_count:
        _refuse(pc.index(pc.is_null(column), True).as_py(), name, None, "a value")
    return column


def _numbers(table: pa.Table, name: str, wanted: type[np.number[Any]]) -> NDArray[Any]:
    column = _present(table, name)
    whole = pa.types.is_integer(column.type)
    if not whole and (wanted is np.int64 or not pa.types.is_floating(column.type)) and len(column):
        _refuse(0, name, column[0].as_py(), "a whole number" if wanted is np.int64 else "a number")
    return np.asarray(column.cast(pa.float64() if wanted is np.float64 else pa.int64()))


def _codes(table: pa.Table, name: str, wanted: type[np.signedinteger[Any]]) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Codes, and the names they stand for in ascending order."""
    column = _present(table, name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)) and len(column):
        _refuse(0, name, column[0].as_py(), "text")
    encoded = column.cast(pa.string()).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    codes = np.asarray(encoded.indices)
    if "" in names:
        _refuse(int((codes == names.index("")).argmax()), name, "", "a name")
    if len(names) > np.iinfo(wanted).max:
        raise TransactionsError(f"column {name}: more than {np.iinfo(wanted).max} different values")
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=wanted)
    rank[order] = np.arange(len(names))
    return rank[codes], tuple(names[position] for position in order)


def _words(table: pa.Table, name: str, words: Sequence[str]) -> NDArray[np.int8]:
    codes, names = _codes(table, name, np.int64)
    positions = np.array([words.index(word) if word in words else -1 for word in names], dtype=np.int8)
    found = positions[codes] if len(names) else np.zeros(0, dtype=np.int8)
    if (found < 0).any():
        row = int((found < 0).argmax())
        _refuse(row, name, names[codes[row]], f"one of {', '.join(words)}")
    return found
