"""What a function declares about itself, read by the infrastructure: no AWS and no handler import here.

Each `functions/<context>_<role>/spec.py` exports `SPEC`. The infrastructure turns it into a Lambda
function with its own role, environment (the keys of `settings`) and exactly the `grants` named.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rapport.runtime.settings import Settings


class Layer(StrEnum):
    """Layers a function may stand on. `CORE` is always there."""

    CORE = "core"
    INFERENCE = "inference"
    IDENTITY = "identity"  # PyJWT and cryptography, for the WebSocket authorizer only
    REPORTS = "reports"  # XlsxWriter, for the reports only
    VENDORS = "vendors"  # httpx and PyJWT, for whatever calls third parties
    AI = "ai"  # the OpenAI SDK, for what asks the assistant


class Resource(StrEnum):
    """Names by which a grant refers to something the infrastructure owns."""

    AI_TABLE = "ai-table"
    CALLS_TABLE = "calls-table"
    CUSTOMERS_TABLE = "customers-table"
    IDENTITY_TABLE = "identity-table"
    LIVE_TABLE = "live-table"
    CASES_TABLE = "cases-table"
    MODELS_TABLE = "models-table"
    VENDORS_TABLE = "vendors-table"
    ONBOARDING_TABLE = "onboarding-table"
    DOCUMENTS_TABLE = "documents-table"
    REALTIME_TABLE = "realtime-table"
    PROFILES_TABLE = "profiles-table"
    CALLERS_TABLE = "callers-table"
    RECOMMENDATIONS_TABLE = "recommendations-table"
    TRENDS_TABLE = "trends-table"
    ASSIST_TABLE = "assist-table"
    VENDOR_SECRETS = "vendor-secrets"
    EMAIL_IDENTITY = "email-identity"
    EMAIL_CONFIGURATION = "email-configuration"
    EVENT_BUS = "event-bus"
    LIVE_API = "live-api"
    USER_POOL = "user-pool"
    POISON_QUEUE = "poison-queue"
    STREAM_FAILURES = "stream-failures"
    FUNCTION_LOGS = "function-logs"
    FILES_BUCKET = "files-bucket"
    SEGMENT_STREAM = "segment-stream"
    CONTACT_RECORD_STREAM = "contact-record-stream"
    AGENT_EVENT_STREAM = "agent-event-stream"
    INTELLIGENCE_STREAM = "intelligence-stream"
    MODELS_TRAINING_WORKFLOW = "models-training-workflow"
    SCORING_BATCH_WORKFLOW = "scoring-batch-workflow"
    ONBOARDING_APPLICATION_WORKFLOW = "onboarding-application-workflow"
    REMINDERS = "reminders"
    REMINDERS_ROLE = "reminders-role"
    TRAINING_JOBS = "training-jobs"
    TRAINING_ROLE = "training-role"
    TRAINING_JOB_EVENTS = "training-job-events"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Actions allowed on one resource.

    `indexes` names the table indexes, `folders` the folders of a bucket ("imports") to which they are limited;
    `executions` means the executions of a workflow rather than the workflow.
    """

    resource: Resource
    actions: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    executions: bool = False


# What `rapport.runtime.idempotency` needs of the table that keeps its records.
IDEMPOTENCY = Grant(
    resource=Resource.IDENTITY_TABLE, actions=("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route of the HTTP API, e.g. `Route("GET", "/api/calls/{contact_id}")`. `public` needs no token."""

    method: str
    path: str
    public: bool = False


@dataclass(frozen=True, kw_only=True)
class StreamSource:
    """A Kinesis stream consumed in order with partial batch failures, bisect and a dead-letter queue."""

    stream: Resource
    batch_size: int = 100
    parallelization_factor: int = 1
    maximum_retry_attempts: int = 10


@dataclass(frozen=True, kw_only=True)
class TableSource:
    """A DynamoDB stream of one table; `key_prefix` keeps only inserted items whose sort key starts so."""

    table: Resource
    key_prefix: str
    batch_size: int = 100


@dataclass(frozen=True, kw_only=True)
class EventSource:
    """An EventBridge rule on the default bus.

    With `queued` events wait in a queue, and the function gets up to ten at once (`rapport.runtime.queue`): for what
    may come in bursts, of which a rule alone makes as many invocations at a time.
    """

    source: str
    detail_types: tuple[str, ...]
    queued: bool = False


@dataclass(frozen=True, kw_only=True)
class ObjectSource:
    """Objects that arrive in a folder of a bucket, told by EventBridge."""

    bucket: Resource
    folder: str


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """A function: `name` equals its folder. Units: memory MiB, timeout seconds.

    `websocket_routes` are route keys of the WebSocket API ("$connect", "$default", ...);
    `connect_invoked` marks a function that Amazon Connect calls from a contact flow; `schedule` is an
    EventBridge expression such as `rate(1 day)`; `ephemeral_mb` is the size of /tmp where 512 MiB are too few;
    `training_bundle` marks a function that unpacks the training packages there; `named` gives it a name that others
    can write before it exists, as whoever makes schedules at run time must.
    """

    name: str
    description: str
    settings: type[Settings]
    grants: tuple[Grant, ...] = ()
    routes: tuple[Route, ...] = ()
    stream_sources: tuple[StreamSource, ...] = ()
    table_sources: tuple[TableSource, ...] = ()
    event_sources: tuple[EventSource, ...] = ()
    object_sources: tuple[ObjectSource, ...] = ()
    schedule: str | None = None
    websocket_routes: tuple[str, ...] = ()
    websocket_authorizer: bool = False
    connect_invoked: bool = False
    layers: tuple[Layer, ...] = ()
    memory_mb: int = 512
    timeout_s: int = 10
    reserved_concurrency: int | None = None
    named: bool = False
    ephemeral_mb: int | None = None
    training_bundle: bool = False

    @property
    def context(self) -> str:
        """The bounded context it belongs to: the first word of its name."""
        return self.name.partition("_")[0]

    @property
    def is_background(self) -> bool:
        """Whether neither the HTTP API nor the WebSocket API calls it."""
        return not (self.routes or self.websocket_routes or self.websocket_authorizer)
