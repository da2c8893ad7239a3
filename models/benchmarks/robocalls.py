"""How well sketches tell a robocall's script, heard again with errors, from what customers say.

    python -m models.benchmarks.robocalls --scripts metadata.csv --talk conversations.tsv

`--scripts`: the transcripts of robocalls that the FTC's Project Point of No Entry published (columns `transcript`,
`case_details`), https://github.com/wspr-ncsu/robocall-audio-dataset. `--talk`: customers' turns, tab separated with
`conversationId` and `utterance` (MultiDoGO's finance part, acted conversations).
Real texts; the errors are SYNTHETIC: each transcript is one recording, so nobody knows how the next one is heard.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

from rapport.callers.minhash import ALIKE, bands, likeness, sketch, words_of
from rapport.inference.statistics import wilson

WORD_ERRORS = (0.0, 0.02, 0.05, 0.1, 0.15)
HEARD = 40
MOST_TALKS = 1_500


def scripts_of(path: Path) -> list[tuple[str, str]]:
    """(who the FTC wrote to, transcript) of each recording of 20 words or more."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [(row["case_details"], row["transcript"]) for row in csv.DictReader(file)]
    return [row for row in rows if sketch(row[1])]


def talks_of(path: Path) -> list[str]:
    """What each customer said in a conversation, 20 words or more."""
    said: dict[str, list[str]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            said[row["conversationId"]].append(row["utterance"])
    texts = [" ".join(turns) for turns in said.values()]
    return [text for text in texts if sketch(text)][:MOST_TALKS]


def misheard(words: Sequence[str], vocabulary: Sequence[str], share: float, rng: random.Random) -> str:
    """The words with this share of them wrong: six in ten another word, a quarter missing, the rest added."""
    return " ".join(_errors(words, vocabulary, share, rng))


def _errors(words: Sequence[str], vocabulary: Sequence[str], share: float, rng: random.Random) -> Iterator[str]:
    for word in words:
        luck = rng.random() / share if share else 1.0
        if luck < 0.6:
            yield rng.choice(vocabulary)
        elif luck >= 0.85:
            yield word
            if luck < 1:
                yield rng.choice(vocabulary)


def found_again(scripts: Sequence[str], share: float, rng: random.Random) -> tuple[int, int]:
    """Of pairs of hearings of one script: how many are linked, and how many there are."""
    vocabulary = [word for script in scripts for word in words_of(script)]
    linked = pairs = 0
    for script in scripts:
        for _ in range(HEARD):
            one, other = (sketch(misheard(words_of(script), vocabulary, share, rng)) for _ in range(2))
            if one and other:
                pairs += 1
                linked += are_linked(one, other)
    return linked, pairs


def are_linked(one: str, other: str) -> bool:
    """Whether two sketches meet in a band and are alike."""
    return not set(bands(one)).isdisjoint(bands(other)) and likeness(one, other) >= ALIKE


def linked_pairs(texts: Sequence[str]) -> tuple[int, int]:
    """How many pairs of texts of different people are linked, and how many pairs there are."""
    sketches = [found for text in texts if (found := sketch(text))]
    met = defaultdict[str, list[int]](list)
    for place, found in enumerate(sketches):
        for band in bands(found):
            met[band].append(place)
    pairs = {pair for places in met.values() for pair in combinations(places, 2)}
    linked = sum(are_linked(sketches[one], sketches[other]) for one, other in pairs)
    return linked, len(sketches) * (len(sketches) - 1) // 2


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scripts", type=Path, required=True)
    parser.add_argument("--talk", type=Path, required=True)
    given = parser.parse_args()
    scripts = scripts_of(given.scripts)
    print(f"{len(scripts)} scripts; alike means {ALIKE:.0%} of words and pairs in common")
    pairs = [(a, b) for a, b in combinations(scripts, 2) if are_linked(_sketch(a[1]), _sketch(b[1]))]
    print(f"pairs of different recordings that are linked: {len(pairs)}")
    for one, other in pairs:
        print(f"  {one[0]} / {other[0]}")
    rng = random.Random(1)
    for share in WORD_ERRORS:
        linked, total = found_again([text for _, text in scripts], share, rng)
        low, high = wilson(linked, total)
        print(f"word errors {share:.0%}: linked {linked / total:.3f} ({low:.3f} to {high:.3f}) of {total} pairs")
    linked, total = linked_pairs(talks_of(given.talk))
    low, high = wilson(linked, total)
    print(f"customers' talk: {linked} of {total} pairs linked, {linked / total:.1e} ({low:.1e} to {high:.1e})")


def _sketch(text: str) -> str:
    found = sketch(text)
    if found is None:
        raise ValueError("too few words")
    return found


if __name__ == "__main__":
    main()
