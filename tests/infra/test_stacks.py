"""Properties that every deployment of Rapport has, read from the synthesized templates."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.constructs.workflow import DELIVER_LOGS, TRACE
from infra.specs import function_specs, workflow_specs
from tests.infra.conftest import Assembly
from tools.build import TARGETS

HOUSE_KEYS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
MEGABYTE = 1_000_000


def own_functions(assembly: Assembly) -> dict[str, dict[str, Any]]:
    """Rapport's functions by name (CDK's own helpers have no service name)."""
    found = {}
    for _, properties in assembly.resources("AWS::Lambda::Function"):
        variables = properties.get("Environment", {}).get("Variables", {})
        if "POWERTOOLS_SERVICE_NAME" in variables:
            found[variables["POWERTOOLS_SERVICE_NAME"]] = properties
    return found


def statements(assembly: Assembly) -> list[tuple[str, dict[str, Any]]]:
    """Every statement of every identity policy."""
    return [
        (name, statement)
        for name, properties in assembly.resources("AWS::IAM::Policy")
        for statement in properties["PolicyDocument"]["Statement"]
    ]


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_declared_function_is_deployed_and_nothing_else(aws: Assembly) -> None:
    assert own_functions(aws).keys() == function_specs().keys()


@pytest.mark.parametrize("name", sorted(function_specs()))
def test_a_functions_environment_is_exactly_its_settings(aws: Assembly, name: str) -> None:
    variables = own_functions(aws)[name]["Environment"]["Variables"]
    assert variables.keys() - HOUSE_KEYS == function_specs()[name].settings.environment_keys()


def test_every_function_has_a_role_of_its_own(aws: Assembly) -> None:
    roles = [json.dumps(properties["Role"]) for properties in own_functions(aws).values()]
    assert len(set(roles)) == len(roles)


def test_no_function_role_uses_a_managed_policy(aws: Assembly) -> None:
    managed = [
        name
        for name, properties in aws.resources("AWS::IAM::Role")
        if properties.get("ManagedPolicyArns") and "CustomCDKBucketDeployment" not in name
    ]
    assert managed == []


def test_only_tracing_and_log_delivery_may_name_every_resource(aws: Assembly) -> None:
    # A registry gives its token to whoever may pull: the action takes no resource.
    unnamed = {*DELIVER_LOGS, *TRACE, "ecr:GetAuthorizationToken"}
    stray = [
        (name, statement["Action"])
        for name, statement in statements(aws)
        if "*" in as_list(statement["Resource"])
        and not unnamed.issuperset(as_list(statement["Action"]))
        and "CustomCDKBucketDeployment" not in name
    ]
    assert stray == []


def test_no_statement_names_a_wildcard_action(aws: Assembly) -> None:
    stray = [
        (name, action)
        for name, statement in statements(aws)
        for action in as_list(statement["Action"])
        if "*" in action and "CustomCDKBucketDeployment" not in name
    ]
    assert stray == []


def test_every_declared_route_exists_and_is_protected_unless_declared_public(aws: Assembly) -> None:
    deployed = {
        properties["RouteKey"]: properties.get("AuthorizationType", "NONE")
        for _, properties in aws.resources("AWS::ApiGatewayV2::Route")
        if properties["RouteKey"].startswith(("GET", "POST", "PUT", "DELETE", "PATCH", "ANY"))
    }
    declared = {
        f"{route.method} {route.path}": "NONE" if route.public else "JWT"
        for spec in function_specs().values()
        for route in spec.routes
    }
    assert deployed == declared


def test_every_declared_route_is_in_the_openapi_document_and_the_other_way_round() -> None:
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    documented = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
        if method in {"get", "post", "put", "delete", "patch"}
    }
    declared = {
        f"{route.method} {route.path}"
        for spec in function_specs().values()
        for route in spec.routes
        if route.method != "ANY"
    }
    assert documented == declared


def test_every_stream_mapping_bisects_reports_partial_failures_and_has_a_failure_destination(aws: Assembly) -> None:
    mappings = {
        name: mapping
        for name, mapping in aws.resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" in mapping
    }
    assert mappings
    for name, mapping in mappings.items():
        assert mapping["BisectBatchOnFunctionError"] is True, name
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"], name
        assert 0 < mapping["MaximumRetryAttempts"] <= 100, name
        assert mapping["MaximumRecordAgeInSeconds"] < 24 * 3600, f"{name}: given up before the stream forgets"


def test_every_queue_of_events_is_read_in_part_and_gives_up_into_the_failure_queue(aws: Assembly) -> None:
    specs = [spec for spec in function_specs().values() if any(source.queued for source in spec.event_sources)]
    queues = {name: queue for name, queue in aws.resources("AWS::SQS::Queue") if queue.get("RedrivePolicy")}
    mappings = [
        mapping for _, mapping in aws.resources("AWS::Lambda::EventSourceMapping") if "StartingPosition" not in mapping
    ]
    assert len(queues) == len(mappings) == len(specs) > 0
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    for queue in queues.values():
        assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    assert sorted(queue["VisibilityTimeout"] for queue in queues.values()) == sorted(6 * s.timeout_s for s in specs)


def test_every_event_rule_has_a_dead_letter_queue(aws: Assembly) -> None:
    for name, rule in aws.resources("AWS::Events::Rule"):
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"], name


def test_every_function_that_events_invoke_keeps_those_it_fails_on(aws: Assembly) -> None:
    kept = [
        config
        for _, config in aws.resources("AWS::Lambda::EventInvokeConfig")
        if config["DestinationConfig"]["OnFailure"]["Destination"] and config["MaximumRetryAttempts"] == 2
    ]
    invoked = [
        spec
        for spec in function_specs().values()
        if spec.object_sources or spec.schedule or any(not source.queued for source in spec.event_sources)
    ]
    assert len(kept) == len(invoked)


def test_no_table_stream_has_more_readers_than_it_carries() -> None:
    readers = Counter(source.table for spec in function_specs().values() for source in spec.table_sources)
    assert max(readers.values()) <= 2, "docs/adr/0007: further readers take an event source with a queue"


def test_every_schedule_that_is_declared_is_a_rule(aws: Assembly) -> None:
    rules = [
        rule["ScheduleExpression"] for _, rule in aws.resources("AWS::Events::Rule") if "ScheduleExpression" in rule
    ]
    declared = [spec.schedule for spec in (*function_specs().values(), *workflow_specs().values()) if spec.schedule]
    assert sorted(rules) == sorted(declared)


def test_every_function_logs_to_a_group_with_retention_and_key(aws: Assembly) -> None:
    for name, group in aws.resources("AWS::Logs::LogGroup"):
        assert group["RetentionInDays"] == 90, name
        assert group["KmsKeyId"], name


def test_every_function_is_traced_on_arm64_with_python_3_13(aws: Assembly) -> None:
    for name, properties in own_functions(aws).items():
        assert properties["TracingConfig"] == {"Mode": "Active"}, name
        assert properties["Architectures"] == ["arm64"], name
        assert properties["Runtime"] == "python3.13", name


def test_every_table_is_encrypted_with_our_key_recoverable_and_kept(aws: Assembly) -> None:
    for name, table in aws.resources("AWS::DynamoDB::Table"):
        assert table["SSESpecification"]["SSEType"] == "KMS", name
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True, name
        assert table["DeletionProtectionEnabled"] is True, name
        assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}, name


def test_every_bucket_of_files_is_private_encrypted_with_our_key_tls_only_and_forgets(aws: Assembly) -> None:
    buckets = {name: found for name, found in aws.resources("AWS::S3::Bucket") if name.startswith("RapportData/")}
    assert buckets
    plain = json.dumps([properties["PolicyDocument"] for _, properties in aws.resources("AWS::S3::BucketPolicy")])
    for name, bucket in buckets.items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"], name
        assert bucket["NotificationConfiguration"]["EventBridgeConfiguration"] == {"EventBridgeEnabled": True}, name
        assert name.partition("/")[2] in plain, f"{name}: no policy demands TLS"
        assert "aws:SecureTransport" in plain


def test_every_folder_that_a_function_may_reach_is_emptied_after_days(aws: Assembly) -> None:
    rules = [
        rule
        for name, bucket in aws.resources("AWS::S3::Bucket")
        if name.startswith("RapportData/")
        for rule in bucket["LifecycleConfiguration"]["Rules"]
    ]
    forgotten = {rule["Prefix"].rstrip("/") for rule in rules if rule["ExpirationInDays"] <= 30}
    reached = {folder for spec in function_specs().values() for grant in spec.grants for folder in grant.folders}
    # Versions of models are kept: a roll-back may ask for any of them. Signed documents are kept for years.
    assert reached - {"models", "documents"} <= forgotten


def test_every_function_that_waits_for_objects_has_a_rule_for_their_folder(aws: Assembly) -> None:
    prefixes = {
        key["prefix"]
        for _, rule in aws.resources("AWS::Events::Rule")
        for key in rule.get("EventPattern", {}).get("detail", {}).get("object", {}).get("key", [])
    }
    declared = {f"{source.folder}/" for spec in function_specs().values() for source in spec.object_sources}
    assert prefixes == declared


def test_every_queue_raises_an_alarm(aws: Assembly) -> None:
    queues = dict(aws.resources("AWS::SQS::Queue"))
    watched = [
        alarm
        for _, alarm in aws.resources("AWS::CloudWatch::Alarm")
        if alarm.get("Namespace") == "AWS/SQS" and alarm["AlarmActions"]
    ]
    assert len(watched) == len(queues)


def folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", sorted(function_specs()))
def test_a_functions_layers_fit_into_250_megabytes_unzipped(aws: Assembly, name: str) -> None:
    del aws  # builds the layers
    layers = TARGETS["aws"]().root / "layers"
    names = {"dependencies", "core", *(layer.value for layer in function_specs()[name].layers)}
    assert sum(folder_size(layers / layer) for layer in names) < 250 * MEGABYTE


def test_the_inference_layer_stays_under_40_megabytes_unzipped(aws: Assembly) -> None:
    del aws
    assert folder_size(TARGETS["aws"]().root / "layers" / "inference") < 40 * MEGABYTE


def test_nothing_from_connect_is_deployed_without_an_instance(local: Assembly) -> None:
    kinds = {resource["Type"] for template in local.templates.values() for resource in template["Resources"].values()}
    assert not {kind for kind in kinds if kind.startswith("AWS::Connect::")}


def test_the_local_deployment_has_the_same_functions_and_grants(aws: Assembly, local: Assembly) -> None:
    assert own_functions(local).keys() == own_functions(aws).keys()

    def actions(assembly: Assembly) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, statement in statements(assembly):
            if "CustomCDKBucketDeployment" not in name:
                found.setdefault(name, set()).update(as_list(statement["Action"]))
        return found

    assert actions(local) == actions(aws)
