"""Lines of the two files of a batch, with no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from rapport.customers.import_model import RowError
from rapport.reports.sheet import harmless
from rapport.runtime.errors import InvalidInputError, NotFoundError
from rapport.scoring.batch_model import Batch
from rapport.scoring.batch_ports import Scored

MOST_REASONS = 4
MARK = "\ufeff"  # Excel takes a file without it for another encoding.


def results_header(batch: Batch) -> str:
    reasons = [name for number in range(1, MOST_REASONS + 1) for name in (f"reason_{number}_code", f"reason_{number}")]
    return MARK + _line(["row", "id", batch.model.figure, "band", *reasons, "model", "version", "error"])


def failures_header() -> str:
    return MARK + _line(["row", "column", "message", "line"])


def result_line(batch: Batch, row: int, subject: str, answer: Scored | InvalidInputError | NotFoundError) -> str:
    """One line for every row, with the error where there is no figure."""
    about = [batch.model.model, batch.version or ""]
    if not isinstance(answer, Scored):
        return _line([str(row), subject, "", "", *[""] * (2 * MOST_REASONS), *about, answer.detail[:300]])
    told = [cell for code, text in answer.reasons[:MOST_REASONS] for cell in (code, getattr(text, batch.language))]
    told += [""] * (2 * MOST_REASONS - len(told))
    return _line([str(row), subject, repr(answer.figure), answer.band, *told, *about, ""])


def failure_line(error: RowError, line: str) -> str:
    """A failure with the row as it was written."""
    return _line([str(error.row), error.column, error.message, line])


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
