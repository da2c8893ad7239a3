"""Third parties: where they are, whose key their secret is under, and that no template holds a credential."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import App

from infra.settings import Deployment
from tests.infra.conftest import Assembly


def deployment(**context: str) -> Deployment:
    return Deployment.from_context(App(context=context))


def addresses(found: Deployment) -> list[str]:
    vendors = found.vendors
    return [
        vendors.vonage_api_url,
        vendors.vonage_video_url,
        vendors.foxit_url,
        vendors.kintone_url,
        vendors.openai_url,
    ]


def test_on_aws_the_vendors_are_the_real_ones() -> None:
    assert [url.partition("/")[2].strip("/").split("/")[0] for url in addresses(deployment())] == [
        "api.nexmo.com",
        "video.api.vonage.com",
        "na1.fusion.foxit.com",
        "example.cybozu.com",
        "api.openai.com",
    ]


def test_locally_they_are_behind_the_front_door() -> None:
    found = addresses(deployment(target="local", frontDoorPort="8170"))
    assert all(url.startswith("http://127.0.0.1:8170/sandbox/") for url in found)


def test_switching_a_vendor_is_configuration_only() -> None:
    other = "https://eu1.fusion.foxit.com"
    assert deployment(foxitUrl=other).vendors.foxit_url == other
    assert deployment(target="local", foxitUrl=other).vendors.foxit_url == other
    assert deployment(emailSender="desk@bank.example").vendors.email_sender == "desk@bank.example"


def test_no_credential_travels_to_a_vendor_unencrypted() -> None:
    with pytest.raises(ValueError, match="https"):
        deployment(kintoneUrl="http://example.cybozu.com")


def resource(assembly: Assembly, kind: str) -> dict[str, Any]:
    ((_, properties),) = assembly.resources(kind)
    return properties


def test_the_secret_is_under_our_key_and_its_value_in_no_template(aws: Assembly) -> None:
    secret = resource(aws, "AWS::SecretsManager::Secret")
    assert secret["KmsKeyId"]
    assert "SecretString" not in secret
    assert "PRIVATE KEY" not in json.dumps(aws.templates)


def test_emails_need_tls_and_forget_who_complained(aws: Assembly) -> None:
    configuration = resource(aws, "AWS::SES::ConfigurationSet")
    assert configuration["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert configuration["SuppressionOptions"]["SuppressedReasons"] == ["BOUNCE", "COMPLAINT"]


def test_every_vendor_has_an_alarm_on_the_metric_that_calls_leave(aws: Assembly) -> None:
    watched = {
        dimension["Value"]
        for _, alarm in aws.resources("AWS::CloudWatch::Alarm")
        if alarm.get("Namespace") == "Rapport/vendors" and alarm["AlarmActions"]
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "vendor"
    }
    assert watched == {"vonage", "foxit", "kintone", "ses", "genesys", "bigquery"}
