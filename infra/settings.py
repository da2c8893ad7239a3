"""Deployment settings, read from CDK context once and passed down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aws_cdk import App
from aws_cdk import aws_lambda as lambda_

from tools.build import TARGETS


class TargetName(StrEnum):
    """`aws` is the real thing; `local` is the same stacks on the emulator of the sandbox."""

    AWS = "aws"
    LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """How this deployment differs from any other. Everything else is the same everywhere.

    `emulator_url` is set for the local target only. `connect_instance_arn` switches the Connect stack on.
    `ai_daily_budget` is micro-USD per AI feature and day.
    """

    target: TargetName
    emulator_url: str | None
    connect_instance_arn: str | None
    alarm_email: str | None
    segment_shards: int
    log_level: str
    band_high: int
    band_medium: int
    openai_url: str
    openai_model: str
    ai_daily_budget: int

    @property
    def is_local(self) -> bool:
        return self.target is TargetName.LOCAL

    @property
    def architecture(self) -> lambda_.Architecture:
        return lambda_.Architecture.X86_64 if self.is_local else lambda_.Architecture.ARM_64

    @property
    def build_root(self) -> Path:
        """Where `tools.build` put the artefacts of this target."""
        return TARGETS[self.target.value]().root

    @classmethod
    def from_context(cls, app: App) -> Deployment:
        """Read and check the context; a wrong value stops the synth with a plain message."""

        def text(name: str) -> str | None:
            value = app.node.try_get_context(name)
            return str(value) if value not in (None, "") else None

        def number(name: str, default: int) -> int:
            value = text(name)
            if value is not None and not value.isdecimal():
                raise ValueError(f"context {name} must be a whole number, not {value!r}")
            return int(value) if value is not None else default

        target = TargetName(text("target") or "aws")
        port = number("emulatorPort", 4566)
        return cls(
            target=target,
            emulator_url=f"http://127.0.0.1:{port}" if target is TargetName.LOCAL else None,
            connect_instance_arn=text("connectInstanceArn"),
            alarm_email=text("alarmEmail"),
            segment_shards=number("segmentShards", 1),
            log_level=text("logLevel") or "INFO",
            band_high=number("bandHigh", 70),
            band_medium=number("bandMedium", 40),
            openai_url=text("openaiUrl") or "https://api.openai.com",
            openai_model=text("openaiModel") or "gpt-4.1-mini",
            ai_daily_budget=number("aiDailyBudget", 2_000_000),
        )
