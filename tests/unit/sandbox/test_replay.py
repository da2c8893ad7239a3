"""A call file of a recogniser, untidy as they are, becomes the records that Connect would write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import SandboxError
from sandbox.replay import read_call


def turn(role: str, offset: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "speaker_role": role,
        "offset_ms": offset,
        "start_ms": offset,
        "duration_ms": 900,
        "transcript": text,
        **more,
    }


def written(folder: Path, content: object) -> Path:
    path = folder / "call.json"
    path.write_text(json.dumps(content))
    return path


def test_turns_are_put_in_the_order_of_their_times(tmp_path: Path) -> None:
    found = read_call(written(tmp_path, [turn("caller", 5000, "b"), turn("agent", 100, "a", start_ms=0)]))
    assert [(spoken.role, spoken.text, spoken.begin_ms) for spoken in found.turns] == [
        ("AGENT", "a", 100),
        ("CUSTOMER", "b", 5000),
    ]


def test_sentiment_is_given_only_where_the_emotion_is_clear(tmp_path: Path) -> None:
    clear = turn("caller", 0, "a", emotion={"neutral": 0.2, "negative": 0.7, "positive": 0.1})
    unclear = turn("caller", 1, "b", emotion={"neutral": 0.4, "negative": 0.35, "positive": 0.25})
    found = read_call(written(tmp_path, [clear, unclear]))
    assert [spoken.sentiment for spoken in found.turns] == ["NEGATIVE", None]


def test_japanese_is_recognised(tmp_path: Path) -> None:
    assert read_call(written(tmp_path, [turn("caller", 0, "払えません")])).language == "ja-JP"


@pytest.mark.parametrize("content", [{}, [], [{"transcript": "no times"}], "text"])
def test_what_is_no_call_file_is_said_plainly(tmp_path: Path, content: object) -> None:
    with pytest.raises(SandboxError):
        read_call(written(tmp_path, content))


def test_the_demonstration_calls_can_be_read() -> None:
    calls = sorted((Path(__file__).parents[3] / "sandbox" / "calls").glob("*.json"))
    assert len(calls) >= 4
    assert {read_call(path).language for path in calls} == {"en-US", "ja-JP"}
