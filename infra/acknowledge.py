"""Findings of cdk-nag that are meant, each with its written reason."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept one finding (`Rule` or `Rule[Finding]`) on one construct, saying why."""
    pack = "Serverless" if rule.startswith("Serverless-") else "AwsSolutions"
    Validations.of(construct).acknowledge(Acknowledgment(id=f"{pack}::{rule}", reason=reason))
