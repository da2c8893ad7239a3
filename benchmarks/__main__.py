"""`make bench`: measure everything, print it, and keep it in docs/performance.md."""

from __future__ import annotations

from benchmarks import batches, consumer, events, features, footprint, inference, stack
from benchmarks.report import DOCUMENT, markdown, show


def main() -> None:
    sections = []
    for measure in (
        inference.section,
        features.section,
        consumer.section,
        events.section,
        batches.section,
        stack.section,
        footprint.layers,
        footprint.costs,
    ):
        section = measure()
        show(section)
        sections.append(section)
    DOCUMENT.write_text(markdown(sections))
    print(f"\nwritten to {DOCUMENT}")


if __name__ == "__main__":
    main()
