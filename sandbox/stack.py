"""A whole Rapport on this machine: emulator, stacks, demonstration tenant, front door."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

from sandbox.errors import SandboxError
from sandbox.front_door import FrontDoor
from sandbox.processes import HOST, Child, require_disk, require_port, wait_for_port
from sandbox.replay import Replay, read_call
from sandbox.seed import Tenant, seed
from sandbox.vendors.applications import vendor_applications
from sandbox.vendors.credentials import Ai, generate

ROOT = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
ACCOUNT = "000000000000"
ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
# Changes of outputs.json keys: stack name -> output name -> value.
Outputs = dict[str, str]
Progress = Callable[[str], Any]


@dataclass(frozen=True)
class Described:
    """What another process needs to use a running stack; kept in `.run/stack.json`."""

    url: str
    emulator_url: str
    outputs: Outputs
    pid: int

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator with the deployer's credentials."""
        make: Callable[..., Any] = boto3.client
        return make(
            service,
            endpoint_url=self.emulator_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 3}),
        )

    def save(self, path: Path) -> None:
        path.write_text(
            json.dumps(
                {"url": self.url, "emulator_url": self.emulator_url, "outputs": self.outputs, "pid": self.pid}, indent=1
            )
        )

    @classmethod
    def load(cls, path: Path) -> Described:
        """The running stack; `SandboxError` when there is none."""
        try:
            found = cls(**json.loads(path.read_text()))
            os.kill(found.pid, 0)
        except (OSError, ValueError, TypeError):
            raise SandboxError("no stack is running here; start one with: make run") from None
        return found


@contextmanager
def silent(name: str) -> Iterator[None]:
    """Progress for programs: none."""
    del name
    yield


@dataclass
class LocalStack:
    """Starts everything on enter and stops it on exit. `step` is told each step by name; `vendor_pace` divides the
    waits of the sandbox's vendors, `wait_scale` multiplies those of workflows before they try again; `ai` is who
    answers questions for AI.
    """

    port: int
    emulator_port: int
    run_dir: Path = ROOT / ".run"
    step: Progress = silent
    iam_log: Path | None = None
    vendor_pace: float = 1.0
    wait_scale: float = 1.0
    ai: Ai = "rules"
    outputs: Outputs = field(default_factory=dict)
    tenant: Tenant | None = None
    _emulator: Child | None = None
    _door: FrontDoor | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def emulator_url(self) -> str:
        return f"http://{HOST}:{self.emulator_port}"

    @property
    def described(self) -> Described:
        return Described(self.url, self.emulator_url, self.outputs, os.getpid())

    @property
    def credentials(self) -> Mapping[str, str]:
        """Passwords by user name."""
        assert self.tenant is not None
        return self.tenant.passwords

    def client(self, service: str) -> Any:
        return self.described.client(service)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        require_disk(ROOT)
        require_port(self.port, "PORT")
        require_port(self.emulator_port, "EMULATOR_PORT")
        self.run_dir.mkdir(parents=True, exist_ok=True)
        with self.step("Starting the emulator (IAM enforced)"):
            self._start_emulator()
        with self.step("Synthesizing the stacks"):
            ports = ("-c", f"emulatorPort={self.emulator_port}", "-c", f"frontDoorPort={self.port}")
            self._cdk("synth", "--quiet", "-c", "target=local", *ports)
        with self.step("Deploying the stacks"):
            self._deploy()
        with self.step("Seeding the demonstration tenant"):
            vendors = generate(self.ai)
            self.client("secretsmanager").put_secret_value(
                SecretId=self.outputs["VendorSecretsArn"], SecretString=vendors.text
            )
            self.tenant = seed(self.described, self.run_dir / "credentials.json")
        with self.step("Opening the front door"):
            self._door = FrontDoor(
                port=self.port,
                emulator_port=self.emulator_port,
                http_api=self.outputs["HttpApiId"],
                websocket_api=self.outputs["WebSocketApiId"],
                console=ROOT / "console" / "dist",
                vendors=vendor_applications(
                    vendors, own_url=self.url, emulator_url=self.emulator_url, pace=self.vendor_pace
                ),
            )
            self._door.start()
        self.described.save(self.run_dir / "stack.json")

    def _start_emulator(self) -> None:
        state = self.run_dir / "emulator"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir()
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
            "BIND_HOST": HOST,
            "MINISTACK_HOST": HOST,
            "GATEWAY_PORT": str(self.emulator_port),
            "IOT_MTLS_PORT": "0",
            "SFTP_ENABLED": "0",
            "AUTH": "true",
            "TMPDIR": str(state),
            "S3_DATA_DIR": str(state / "s3"),
            "LOG_LEVEL": "WARNING",
            "SFN_WAIT_SCALE": str(self.wait_scale),
            # Functions run in this interpreter: byte code is compiled into the layers, none is written beside them.
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT),
        }
        if self.iam_log is not None:
            environment["RAPPORT_IAM_LOG"] = str(self.iam_log)
        command = [sys.executable, "-m", "sandbox.launcher"]
        self._emulator = Child("the emulator", command, log=self.run_dir / "emulator.log", environment=environment)
        wait_for_port(self.emulator_port, self._emulator, within_s=60)

    def _deploy(self) -> None:
        self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", app="cdk.out")
        # The bootstrap bucket's policy demands TLS, which the emulator does not speak.
        self.client("s3").delete_bucket_policy(Bucket=ASSETS)
        outputs = self.run_dir / "outputs.json"
        self._cdk(
            "deploy", "--all", "--require-approval", "never", "--method=direct", "--concurrency", "4",
            "--outputs-file", str(outputs), app="cdk.out",
        )  # fmt: skip
        stacks: dict[str, Outputs] = json.loads(outputs.read_text())
        self.outputs = {name: value for stack in stacks.values() for name, value in stack.items()}

    def _cdk(self, *arguments: str, app: str | None = None) -> None:
        """Run the CDK command line against the emulator."""
        assembly = str(self.run_dir / "cdk.out")
        command = ["node", str(ROOT / "node_modules" / ".bin" / "cdk")]
        command += ["--app", assembly, *arguments] if app else [*arguments, "--output", assembly]
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.emulator_url,
            "CDK_DISABLE_LEGACY_EXPORT_WARNING": "1",
            "CI": "true",
        }
        log = self.run_dir / f"cdk-{arguments[0]}.log"
        try:
            with log.open("w") as output:
                status = subprocess.run(
                    command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
                ).returncode
        except FileNotFoundError:
            raise SandboxError(
                "Node is missing; it comes with the Python packages: make clean, then make run"
            ) from None
        if status:
            raise SandboxError(f"cdk {arguments[0]} failed:\n\n{_reason(log)}\n\nThe whole output is in {log}")

    def replay(self, path: Path, **options: Any) -> Replay:
        """A replay of a call file against this stack, not started."""
        return Replay(self.described, read_call(path), **options)

    def start_replay(self, call: str | Path, agent: str = "hana.sato", speed: float = 1.0, **options: Any) -> str:
        """Replay a call in the background; returns its contact id at once."""
        path = Path(call) if Path(call).exists() else ROOT / "sandbox" / "calls" / f"{call}.json"
        replay = self.replay(path, agent=agent, speed=speed, **options)
        replay.start()
        return replay.contact_id

    def stop(self) -> None:
        """Stop what was started, in reverse order."""
        (self.run_dir / "stack.json").unlink(missing_ok=True)
        if self._door is not None:
            self._door.stop()
            self._door = None
        if self._emulator is not None:
            self._emulator.stop()
            self._emulator = None


def _reason(log: Path) -> str:
    """What CloudFormation or the synth said, without the rest."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FAILED", "Error", "❌", "‣", "error:"))]
    return "\n".join((telling or lines)[-12:])


def wait(seconds: float) -> None:
    """Sleep in short pieces, so that Ctrl-C is answered at once."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(0.2, left))
