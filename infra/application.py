"""The whole application: stacks in the order in which they stand on each other."""

from __future__ import annotations

from aws_cdk import App, ArnFormat, Tags, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from rapport.runtime.function_spec import Layer, Resource

from infra import ROOT
from infra.constructs.function import LOG_GROUPS, Foundation, RapportFunction
from infra.constructs.reminders import reminders_arns, reminders_values
from infra.settings import Deployment
from infra.specs import function_specs, workflow_arns, workflow_values
from infra.stacks.api import ApiStack, live_arns, live_values
from infra.stacks.background import STACKS, BackgroundStack
from infra.stacks.connect import ConnectStack
from infra.stacks.console import ConsoleStack
from infra.stacks.data import DataStack
from infra.stacks.identity import IdentityStack
from infra.stacks.observability import ObservabilityStack
from infra.stacks.vendors import VendorsStack, vendor_arns, vendor_values

# The models that are shipped, by folder.
MODELS = ROOT / "layers" / "inference" / "python" / "rapport_inference" / "models"


def onboarding_values(deployment: Deployment) -> dict[str, str]:
    """Settings of onboarding that a tenant chooses."""
    return {
        "BANK_NAME": deployment.bank_name,
        "CONSOLE_URL": deployment.console_url,
        "KINTONE_APP": deployment.kintone_app,
        "KINTONE_CALLS_APP": deployment.kintone_calls_app,
        "ONBOARDING_CODE_APART_S": str(deployment.onboarding_code_apart_s),
        **{f"ONBOARDING_{what.upper()}_S": str(s) for what, s in deployment.onboarding_timeouts.items()},
    }


def identity_values(deployment: Deployment, data: DataStack) -> dict[str, str]:
    """Limits against abuse, and what administrators watch."""
    return {
        "SMS_COUNTRIES": deployment.sms_countries,
        **{name.upper(): str(most) for name, most in deployment.abuse_limits.items()},
        "FUNCTIONS": " ".join(sorted(function_specs())),
        "VENDOR_FUNCTIONS": " ".join(
            sorted(name for name, spec in function_specs().items() if Layer.VENDORS in spec.layers)
        ),
        "SERVED_MODELS": " ".join(sorted(path.name for path in MODELS.iterdir() if path.is_dir())),
        "STREAM_FAILURES_QUEUE_URL": data.stream_failures.queue_url,
    }


def foundation_of(
    deployment: Deployment, data: DataStack, identity: IdentityStack, api: ApiStack, vendors: VendorsStack
) -> Foundation:
    """Resolve every resource and settings key that a function's spec may name."""
    tables, streams = data.tables, data.streams
    pool = identity.user_pool.user_pool_id
    issuer = f"https://cognito-idp.{data.region}.amazonaws.com/{pool}"
    keys_url = f"{deployment.emulator_url}/{pool}" if deployment.emulator_url else issuer
    return Foundation(
        deployment=deployment,
        key=data.key,
        alarms=data.alarms,
        stream_failures=data.stream_failures,
        tables=tables,
        streams=streams,
        training_bundle_arn=data.training.bundle_arn,
        buckets={Resource.FILES_BUCKET: data.files.bucket_name},
        arns={
            **{resource: table.table_arn for resource, table in tables.items()},
            **{resource: stream.stream_arn for resource, stream in streams.items()},
            Resource.POISON_QUEUE: data.poison.queue_arn,
            Resource.STREAM_FAILURES: data.stream_failures.queue_arn,
            Resource.FUNCTION_LOGS: data.format_arn(
                service="logs",
                resource="log-group",
                resource_name=f"{LOG_GROUPS}*",
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            ),
            Resource.FILES_BUCKET: data.files.bucket_arn,
            Resource.USER_POOL: identity.user_pool.user_pool_arn,
            **live_arns(api),
            **vendor_arns(vendors),
            **reminders_arns(data),
            **workflow_arns(data),
            **data.training.arns,
        },
        values={
            "AI_TABLE": tables[Resource.AI_TABLE].table_name,
            "CALLS_TABLE": tables[Resource.CALLS_TABLE].table_name,
            "CUSTOMERS_TABLE": tables[Resource.CUSTOMERS_TABLE].table_name,
            "IDENTITY_TABLE": tables[Resource.IDENTITY_TABLE].table_name,
            "MODELS_TABLE": tables[Resource.MODELS_TABLE].table_name,
            "LIVE_TABLE": tables[Resource.LIVE_TABLE].table_name,
            "VENDORS_TABLE": tables[Resource.VENDORS_TABLE].table_name,
            "ONBOARDING_TABLE": tables[Resource.ONBOARDING_TABLE].table_name,
            "DOCUMENTS_TABLE": tables[Resource.DOCUMENTS_TABLE].table_name,
            "CASES_TABLE": tables[Resource.CASES_TABLE].table_name,
            "REALTIME_TABLE": tables[Resource.REALTIME_TABLE].table_name,
            "PROFILES_TABLE": tables[Resource.PROFILES_TABLE].table_name,
            "CALLERS_TABLE": tables[Resource.CALLERS_TABLE].table_name,
            "RECOMMENDATIONS_TABLE": tables[Resource.RECOMMENDATIONS_TABLE].table_name,
            "TRENDS_TABLE": tables[Resource.TRENDS_TABLE].table_name,
            "ASSIST_TABLE": tables[Resource.ASSIST_TABLE].table_name,
            "INTELLIGENCE_STREAM": streams[Resource.INTELLIGENCE_STREAM].stream_name,
            "SEGMENT_STREAM": streams[Resource.SEGMENT_STREAM].stream_name,
            "POISON_QUEUE_URL": data.poison.queue_url,
            "FILES_BUCKET": data.files.bucket_name,
            "USER_POOL_ID": pool,
            "USER_POOL_CLIENT_ID": identity.client.user_pool_client_id,
            "TOKEN_ISSUER": issuer,
            "JWKS_URL": f"{keys_url}/.well-known/jwks.json",
            "BAND_HIGH": str(deployment.band_high),
            "BAND_MEDIUM": str(deployment.band_medium),
            "CASE_HOURS_HIGH": str(deployment.case_hours_high),
            "CASE_HOURS_MEDIUM": str(deployment.case_hours_medium),
            "CASE_HOURS_LOW": str(deployment.case_hours_low),
            "RECOMMENDATION_EXPERIMENT": deployment.recommendation_experiment,
            "RECOMMENDATION_HOLDOUT_PERCENT": str(deployment.recommendation_holdout_percent),
            "RECOMMENDATION_OUTCOME_DAYS": str(deployment.recommendation_outcome_days),
            "RECOMMENDATION_MINIMUM": str(deployment.recommendation_minimum),
            "TREND_UTC_OFFSET_H": str(deployment.trend_utc_offset_h),
            "FOUR_EYES_AMOUNTS": deployment.four_eyes_amounts,
            "OPENAI_MODEL": deployment.openai_model,
            "AI_DAILY_BUDGET": str(deployment.ai_daily_budget),
            **live_values(api),
            **vendor_values(vendors, deployment),
            **reminders_values(data),
            **onboarding_values(deployment),
            **identity_values(deployment, data),
            **workflow_values(data),
            **data.training.values,
        },
    )


def build_application(app: App) -> None:
    """Add every stack to the app. The Connect stack exists only where an instance ARN is given."""
    deployment = Deployment.from_context(app)
    data = DataStack(app, "RapportData", deployment=deployment)
    identity = IdentityStack(app, "RapportIdentity", deployment=deployment)
    api = ApiStack(app, "RapportApi", deployment=deployment, key=data.key)
    vendors = VendorsStack(app, "RapportVendors", deployment=deployment, data=data)
    foundation = foundation_of(deployment, data, identity, api, vendors)
    api.add_functions(foundation, identity)
    background = {
        name: BackgroundStack(app, name, description=description, contexts=contexts, foundation=foundation)
        for name, (description, contexts) in STACKS.items()
    }
    ConsoleStack(app, "RapportConsole", deployment=deployment, api=api, files=data.files)
    if deployment.connect_instance_arn:
        ConnectStack(
            app,
            "RapportConnect",
            deployment=deployment,
            lookup_arn=next(stack.lookup_arn for stack in background.values() if stack.lookup_arn),
            streams=data.streams,
        )
    functions = [
        node
        for stack in (api, *background.values())
        for node in stack.node.children
        if isinstance(node, RapportFunction)
    ]
    ObservabilityStack(app, "RapportObservability", deployment=deployment, data=data, api=api, functions=functions)
    Tags.of(app).add("application", "rapport")
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
