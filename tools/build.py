"""Builds what the stacks deploy: layers and function folders, with byte code compiled in.

No Docker: pip downloads wheels for the target platform. Everything lands under `.build/<target>/` and is
rebuilt only when its inputs change, so a second run costs nothing. A Lambda file system is read-only, so
byte code that is not compiled here would be compiled again at every cold start.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from tools.inference_layer import place_library

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
LAMBDA_PYTHON = "3.13"
# Folders of `models` that training anew needs nothing of.
_NOT_TRAINED = {"cards", "benchmarks", "importers"}
# What training imports and no layer holds, at the versions that requirements-dev.txt pins with hashes.
TRAINING_PACKAGES = ("joblib", "narwhals", "numpy", "pandas", "pyarrow", "python-dateutil", "scikit-learn", "scipy",
                     "six", "threadpoolctl", "xgboost-cpu")  # fmt: skip


class BuildError(Exception):
    """The build cannot go on; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the artefacts will run: wheel platforms (best first) and the Python minor version."""

    name: str
    platforms: tuple[str, ...]
    python: str

    @property
    def root(self) -> Path:
        return BUILD / self.name


def aws_target() -> Target:
    """Lambda on arm64. Plain manylinux2014 would silently pick old releases, so newer tags come first."""
    tags = (
        "manylinux_2_34_aarch64",
        "manylinux_2_28_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux2014_aarch64",
    )
    return Target(name="aws", platforms=tags, python=LAMBDA_PYTHON)


def local_target() -> Target:
    """The emulator runs functions in this very interpreter."""
    machine = platform.machine()
    tags = (
        f"manylinux_2_34_{machine}",
        f"manylinux_2_28_{machine}",
        f"manylinux_2_17_{machine}",
        f"manylinux2014_{machine}",
    )
    return Target(name="local", platforms=tags, python=f"{sys.version_info.major}.{sys.version_info.minor}")


TARGETS: dict[str, Callable[[], Target]] = {"aws": aws_target, "local": local_target}


def _digest(paths: Iterable[Path], *extra: str) -> str:
    digest = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


def _up_to_date(out: Path, digest: str) -> bool:
    stamp = out.with_name(out.name + ".stamp")
    return out.is_dir() and stamp.is_file() and stamp.read_text() == digest


def _fresh(out: Path) -> Path:
    """An empty folder to build into; renamed into place when whole, so that a broken build is never used."""
    work = out.with_name(out.name + ".part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return work


def _commit(work: Path, out: Path, digest: str) -> None:
    shutil.rmtree(out, ignore_errors=True)
    work.rename(out)
    out.with_name(out.name + ".stamp").write_text(digest)


def _pip(target: Target, command: str, *arguments: str) -> None:
    platforms = [part for tag in target.platforms for part in ("--platform", tag)]
    result = subprocess.run(
        [sys.executable, "-m", "pip", command, "--quiet", "--disable-pip-version-check", "--only-binary=:all:",
         "--implementation", "cp", "--python-version", target.python, *platforms, *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if result.returncode:
        raise BuildError(
            "pip could not fetch the packages of a layer. Is the package registry reachable?\n"
            + "\n".join(result.stderr.strip().splitlines()[-5:])
        )


def _python_for(version: str) -> str | None:
    """An interpreter of this minor version: byte code is only valid for the version that wrote it."""
    if sysconfig.get_python_version() == version:
        return sys.executable
    candidate = shutil.which(f"python{version}")
    if candidate is None:
        return None
    works = subprocess.run([candidate, "-c", "pass"], capture_output=True, check=False)
    return candidate if works.returncode == 0 else None


def _compile(folder: Path, target: Target) -> None:
    """Byte code with unchecked hashes: zip archives carry no trustworthy modification times."""
    interpreter = _python_for(target.python)
    if interpreter is None:
        print(
            f"warning: no Python {target.python} here, so no byte code is compiled in: "
            "cold starts will be two to three times slower",
            file=sys.stderr,
        )
        return
    command = [interpreter, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([*command, "-s", str(folder), str(folder)], check=True)


def _strip(folder: Path) -> None:
    """Drop what never runs in a Lambda: tests and installer leftovers. Symbols stay (stripping breaks xgboost)."""
    for pattern in ("**/tests", "bin", "**/*.dist-info/RECORD", "**/*.dist-info/REQUESTED"):
        for path in list(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def build_requirements_layer(target: Target, name: str, requirements: Path) -> Path:
    """A layer of third-party packages; returns its root (it holds `python/`)."""
    out = target.root / "layers" / name
    digest = _digest([requirements], target.python, *target.platforms)
    if _up_to_date(out, digest):
        return out
    work = _fresh(out)
    _pip(target, "install", "--no-compile", "--target", str(work / "python"), "-r", str(requirements))
    _strip(work / "python")
    _compile(work, target)
    _commit(work, out, digest)
    return out


def build_core_layer(target: Target) -> Path:
    """Rapport's own domain code."""
    source = ROOT / "layers" / "core" / "python"
    out = target.root / "layers" / "core"
    digest = _digest(_sources(source), target.python)
    if _up_to_date(out, digest):
        return out
    work = _fresh(out)
    shutil.copytree(source, work / "python", ignore=shutil.ignore_patterns("__pycache__"))
    _compile(work, target)
    _commit(work, out, digest)
    return out


def build_inference_layer(target: Target) -> Path:
    """libxgboost, its OpenMP runtime and the published models."""
    source = ROOT / "layers" / "inference" / "python"
    requirements = ROOT / "layers" / "inference.txt"
    out = target.root / "layers" / "inference"
    digest = _digest([*_sources(source), requirements], target.python, *target.platforms)
    if _up_to_date(out, digest):
        return out
    work = _fresh(out)
    shutil.copytree(source, work / "python", ignore=shutil.ignore_patterns("__pycache__", "lib"))
    wheels = target.root / "wheels"
    wheel_target = Target(name=target.name, platforms=target.platforms, python=LAMBDA_PYTHON)
    _pip(wheel_target, "download", "--no-deps", "--dest", str(wheels), "-r", str(requirements))
    version = requirements.read_text().split("==")[1].strip()
    wheel = next(wheels.glob(f"xgboost_cpu-{version}-*.whl"))
    place_library(wheel, work / "python" / "rapport_inference")
    _compile(work, target)
    _commit(work, out, digest)
    return out


def _copy_training(target: Path) -> None:
    """The code that trains, as models_train and the SageMaker jobs carry it."""
    shutil.copytree(ROOT / "models", target / "models", ignore=shutil.ignore_patterns("__pycache__", *_NOT_TRAINED))


def build_functions(target: Target) -> Path:
    """Each function's folder without its declaration, which only the infrastructure reads."""
    source = ROOT / "functions"
    document = ROOT / "docs" / "openapi.json"
    training = [path for path in _sources(ROOT / "models") if not _NOT_TRAINED.intersection(path.parts)]
    out = target.root / "functions"
    digest = _digest([*_sources(source), document, *training], target.python)
    if _up_to_date(out, digest):
        return out
    work = _fresh(out)
    for folder in sorted(p for p in source.iterdir() if (p / "handler.py").is_file()):
        shutil.copytree(
            folder, work / folder.name, ignore=shutil.ignore_patterns("__pycache__", "spec.py", "__init__.py")
        )
    shutil.copy(document, work / "docs_api" / document.name)
    _copy_training(work / "models_train")
    _compile(work, target)
    _commit(work, out, digest)
    return out


def pinned(names: Iterable[str], python: str, requirements: Path = ROOT / "requirements-dev.txt") -> list[str]:
    """`name==version` of each package for a Python version, as the requirements pin it."""
    wanted, found = set(names), {}
    for line in requirements.read_text().splitlines():
        if not line or line[0] in " #-":
            continue
        requirement = Requirement(line.rstrip("\\ "))
        environment = {"python_version": python, "python_full_version": f"{python}.0"}
        if requirement.name in wanted and (requirement.marker is None or requirement.marker.evaluate(environment)):
            found[requirement.name] = f"{requirement.name}{requirement.specifier}"
    if wanted - found.keys():
        raise BuildError(f"{requirements.name} does not pin {', '.join(sorted(wanted - found.keys()))}")
    return [found[name] for name in sorted(wanted)]


def build_training_bundle(target: Target, names: tuple[str, ...] = TRAINING_PACKAGES) -> Path:
    """The packages of training as a zip, which models_train unpacks: together they are too large for layers."""
    out = target.root / "training-bundle"
    packages = pinned(names, target.python)
    digest = _digest([], target.python, *target.platforms, *packages)
    archive = out.with_suffix(".zip")
    if _up_to_date(out, digest) and archive.is_file():
        return archive
    work = _fresh(out)
    _pip(target, "install", "--no-compile", "--no-deps", "--ignore-requires-python", "--target", str(work), *packages)
    _strip(work)
    # Arrow's headers, and its servers of data that training does not call.
    for part in ("pyarrow/include", "pyarrow/src", "pyarrow/libarrow_flight.so*", "pyarrow/libarrow_substrait.so*"):
        for path in work.glob(part):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.make_archive(str(out), "zip", work)
    _commit(work, out, digest)
    return archive


def build_training_source(target: Target) -> Path:
    """What a SageMaker job runs: `models`, `rapport` and the packages to install, pinned."""
    out = target.root / "training-source"
    core = ROOT / "layers" / "core" / "python"
    sources = [*_sources(ROOT / "models"), *_sources(core), ROOT / "requirements-dev.txt"]
    digest = _digest(sources)
    archive = out / "source.tar.gz"
    if _up_to_date(out, digest):
        return archive
    work = _fresh(out)
    _copy_training(work / "source")
    shutil.copytree(core / "rapport", work / "source" / "rapport", ignore=shutil.ignore_patterns("__pycache__"))
    layer = (ROOT / "layers" / "dependencies.txt").read_text()
    packages = "\n".join(pinned(TRAINING_PACKAGES, target.python))
    (work / "source" / "requirements.txt").write_text(f"{layer}\n{packages}\n")
    shutil.make_archive(str(work / "source"), "gztar", work / "source")
    shutil.rmtree(work / "source")
    _commit(work, out, digest)
    return archive


def build(target: Target) -> None:
    """Build everything the stacks need for this target. Two builds at once wait for each other."""
    target.root.mkdir(parents=True, exist_ok=True)
    with (target.root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build(target)


def _build(target: Target) -> None:
    for name in ("ai", "dependencies", "identity", "reports", "vendors"):
        build_requirements_layer(target, name, ROOT / "layers" / f"{name}.txt")
    build_core_layer(target)
    build_inference_layer(target)
    build_functions(target)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the layers and functions for a target.")
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--training", action="store_true", help="the bundle and the source of training, too")
    given = parser.parse_args()
    target = TARGETS[given.target]()
    try:
        build(target)
        if given.training:
            build_training_bundle(target)
            build_training_source(target)
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
