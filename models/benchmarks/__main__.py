"""`python -m models.benchmarks --data DIR [NAME]`: our figures on public data beside the published ones.

Every module of this package with a `run` is a benchmark. Without NAME all run and docs/models.md is written;
with one, its table is printed only.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from models import benchmarks
from models.benchmarks.document import DOCUMENT, markdown, rows
from models.benchmarks.report import Result
from models.tabular.errors import DataError

Run = Callable[[Path], list[Result]]


def found() -> dict[str, Run]:
    """Every benchmark by the name of its module."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    modules = {name: importlib.import_module(f"{benchmarks.__name__}.{name}") for name in names}
    return {name: module.run for name, module in modules.items() if hasattr(module, "run")}


def main(arguments: Sequence[str] | None = None) -> int:
    known = found()
    parser = argparse.ArgumentParser(prog="python -m models.benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(known))
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds one folder per data set")
    parser.add_argument("--write", type=Path, default=DOCUMENT, help="where all the tables go")
    given = parser.parse_args(arguments)
    if not given.data.is_dir():
        raise SystemExit(f"error: --data: there is no folder {given.data}")
    results: list[Result] = []
    for name in [given.name] if given.name else sorted(known):
        print(f"{name} …", file=sys.stderr)
        try:
            part = known[name](given.data)
        except (DataError, FileNotFoundError) as error:
            if given.name:
                raise SystemExit(f"error: {error}") from error
            print(f"warning: {name} is left out: {error}", file=sys.stderr)
            continue
        results += part
        print("\n".join(rows(part)))
    if not given.name and results:
        given.write.write_text(markdown(results))
        print(f"written to {given.write}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
