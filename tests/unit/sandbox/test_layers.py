"""Layers on the emulator: unpacked once, whoever stands on them."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import pytest

from sandbox.layers import zipfile_of_layers


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    return tmp_path / "scratch"


def unpacked(tmp_path: Path, process: str, folder: str, text: str) -> Path:
    """What the emulator does for a process: write the zip, look at the names, unpack them to an empty folder."""
    place = tmp_path / process / folder
    place.mkdir(parents=True)
    archive = tmp_path / process / f"{folder}.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(zipfile.ZipInfo("python/module.py"), text)
    with zipfile_of_layers.ZipFile(archive) as read:
        read.namelist()
        read.extractall(str(place))
    assert (place / "python" / "module.py").read_text() == text
    return place


def test_a_layer_is_unpacked_once_and_linked_for_every_process(tmp_path: Path, scratch: Path) -> None:
    first, second = (unpacked(tmp_path, process, "layer_0", "a = 1") for process in ("one", "two"))
    assert first.resolve() == second.resolve()
    assert first.resolve().is_relative_to(scratch)
    assert not (tmp_path / "two" / "layer_0.zip").exists(), "a copy for each process fills the disk"


def test_another_version_of_a_layer_is_another_folder(tmp_path: Path, scratch: Path) -> None:
    del scratch
    first, second = unpacked(tmp_path, "one", "layer_0", "a = 1"), unpacked(tmp_path, "two", "layer_0", "a = 2")
    assert first.resolve() != second.resolve()
    assert (first / "python" / "module.py").read_text() == "a = 1"


def test_the_code_of_a_function_is_its_own(tmp_path: Path, scratch: Path) -> None:
    place = unpacked(tmp_path, "one", "code", "a = 1")
    assert not place.is_symlink()
    assert not scratch.exists()


def test_names_are_told_until_they_have_been_looked_at_and_unpacked(tmp_path: Path, scratch: Path) -> None:
    del scratch
    archive = tmp_path / "new.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("../outside", "no")
    with zipfile_of_layers.ZipFile(archive) as read:
        assert read.namelist() == ["../outside"]
