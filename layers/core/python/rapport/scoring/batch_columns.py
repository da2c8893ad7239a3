"""Which version answers a batch, and which columns its file has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rapport.calls.model import LocalisedText
from rapport.inference.asking.fields import named
from rapport.inference.published import load_parameters
from rapport.registry.host import ModelHost
from rapport.scoring.batch_model import BatchColumn, BatchMode, BatchTask
from rapport.scoring.batch_rows import ID

# Computed from the other fields of an application, whatever the file says.
DERIVED = frozenset({"instalment_to_income"})
BY_ROW = frozenset({BatchTask.CHURN, BatchTask.CREDIT, BatchTask.FRAUD})
ID_LABELS = {
    BatchMode.ROWS: LocalisedText(en="Your own id of the row, once a file", ja="行のID（ファイル内で一意）"),
    BatchMode.CUSTOMERS: LocalisedText(en="Id of a known customer", ja="登録済みのお客様ID"),
}


class BatchColumns:
    """Reads them from the models."""

    def __init__(self, host: ModelHost, models: Path) -> None:
        """`models` is the folder of models in the inference layer."""
        self._host = host
        self._models = models

    def version(self, task: BatchTask) -> str:
        """The version that answers now."""
        if task in BY_ROW:
            return self._host.rollout(task.model).champion
        return load_parameters(self._models, task.model).described.version

    def expected(self, task: BatchTask, mode: BatchMode, version: str) -> Sequence[BatchColumn]:
        """The columns that a file must have, with what is usual in them."""
        found = [BatchColumn(name=ID, label=ID_LABELS[mode], example="C00001")]
        if mode is BatchMode.CUSTOMERS:
            return found
        usual = self._host.usual(task.model, version)
        for column in self._host.scorer(task.model, version).schema.columns:
            if column.name not in DERIVED:
                label, _ = named(column.name)
                example = str(usual.get(column.name, ""))
                found.append(BatchColumn(name=column.name, label=label, example=example))
        return found

    def ignored(self, task: BatchTask, mode: BatchMode, version: str) -> frozenset[str]:
        """Columns that may be there besides and are not read, as in a file that a model was trained on."""
        if mode is BatchMode.CUSTOMERS:
            return frozenset()
        schema = self._host.scorer(task.model, version).schema
        derived = DERIVED & {column.name for column in schema.columns}
        return frozenset({schema.target, schema.time, schema.group, *schema.known, *derived} - {""})
