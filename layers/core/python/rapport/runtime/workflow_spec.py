"""What a workflow declares about itself, read by the infrastructure beside its definition.

Each `workflows/<context>_<role>/` holds `definition.json`, a state machine in Amazon States Language, and
`spec.py`, which exports `SPEC`. In the definition `${name_of_a_function}` stands for that function's ARN and
`${KEY}` for a setting, such as `${FILES_BUCKET}`.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapport.runtime.function_spec import Grant


@dataclass(frozen=True, kw_only=True)
class WorkflowSpec:
    """A state machine: `name` equals its folder; it may invoke `functions` and do what `grants` allow by itself.

    `distributed` names a workflow with a distributed map, which starts executions of its own state machine.
    `schedule` is an EventBridge expression such as `rate(7 days)`; such an execution starts with the input
    `{"scheduled": true}`. Functions that start it name `Resource(<context>-<role>-workflow)` in a grant and
    read its ARN from the setting `<CONTEXT>_<ROLE>_WORKFLOW`.
    """

    name: str
    description: str
    functions: tuple[str, ...]
    grants: tuple[Grant, ...] = ()
    distributed: bool = False
    schedule: str | None = None
