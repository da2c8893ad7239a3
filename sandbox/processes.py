"""Child processes and ports: started by us, stopped by us, by id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import SandboxError

HOST = "127.0.0.1"
NEEDED_BYTES = 1_500_000_000


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_port(port: int, variable: str) -> None:
    """Raise when something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise SandboxError(
                f"port {port} is taken by another program (see: ss -ltnp 'sport = :{port}').\n"
                f"Stop it, or choose another port: make run {variable}={port + 1}"
            ) from None


def require_disk(folder: Path) -> None:
    """Raise when the disk is nearly full."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise SandboxError(
            f"only {free // 1_000_000} MB of disk are free; about {NEEDED_BYTES // 1_000_000} MB are needed"
        )


class Child:
    """A child process in its own group, with its output in a file."""

    def __init__(self, name: str, command: list[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=subprocess.STDOUT, env=dict(environment), start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def require_alive(self) -> None:
        """Raise with the end of its log when it died."""
        if self._process.poll() is not None:
            raise SandboxError(f"{self.name} stopped by itself. The end of {self.log}:\n\n{self.tail()}")

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask the group to stop, insist after five seconds."""
        for number, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


def wait_for_port(port: int, child: Child, within_s: float) -> None:
    """Wait until the child listens."""
    deadline = time.monotonic() + within_s
    while True:
        child.require_alive()
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        if time.monotonic() > deadline:
            raise SandboxError(f"{child.name} did not listen on port {port} within {within_s:.0f} s:\n\n{child.tail()}")
        time.sleep(0.05)
