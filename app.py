"""`cdk synth` starts here: build the artefacts of the target, then the stacks."""

from aws_cdk import App

from infra.settings import TargetName
from tools.build import TARGETS, build

app = App()
target = TargetName(app.node.try_get_context("target") or "aws")
build(TARGETS[target.value]())

from infra.application import build_application  # noqa: E402 - reads what was just built

build_application(app)
app.synth()
