"""Credentials are read once a minute, follow a rotation, outlive an outage, and are never shown."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from rapport.runtime.errors import ConfigurationError, DependencyUnavailableError
from rapport.vendors.secrets import KintoneCredentials, SecretStore, VonageCredentials

from tests.builders.vendors import Clock, SecretsManager, credentials

DOWN = ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")


def test_the_secret_is_read_once_a_minute() -> None:
    clock, manager = Clock(), SecretsManager({"vonage": {"a": 1}})
    store = SecretStore(manager, "arn", clock)
    assert [store.get("vonage"), store.get("vonage"), store.get("other")] == [{"a": 1}, {"a": 1}, {}]
    assert manager.reads == 1
    clock.at += 60
    manager.secret = {"vonage": {"a": 2}}
    assert store.get("vonage") == {"a": 2}


def test_what_a_vendor_no_longer_knows_is_read_again_at_once() -> None:
    manager = SecretsManager({"vonage": {"a": 1}})
    store = SecretStore(manager, "arn", Clock())
    store.get("vonage")
    manager.secret = {"vonage": {"a": 2}}
    store.forget()
    assert store.get("vonage") == {"a": 2}


def test_an_outage_is_bridged_for_a_quarter_of_an_hour() -> None:
    clock, manager = Clock(), SecretsManager({"vonage": {"a": 1}})
    store = SecretStore(manager, "arn", clock)
    store.get("vonage")
    manager.failure = DOWN
    clock.at += 899
    assert store.get("vonage") == {"a": 1}
    clock.at += 10
    with pytest.raises(DependencyUnavailableError):
        store.get("vonage")


def test_without_a_first_reading_an_outage_is_told() -> None:
    with pytest.raises(DependencyUnavailableError):
        SecretStore(SecretsManager({}, failure=DOWN), "arn", Clock()).get("vonage")


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '"x"'])
def test_a_secret_that_is_no_object_is_told(text: str) -> None:
    class Manager:
        def get_secret_value(self, **request: Any) -> dict[str, str]:
            return {"SecretString": text}

    with pytest.raises(ConfigurationError):
        SecretStore(Manager(), "arn", Clock()).get("vonage")


def test_missing_fields_are_named_and_no_value_is_shown() -> None:
    store = SecretStore(SecretsManager({"vonage": {"api_key": "k3y", "private_key": 7}}), "arn", Clock())
    with pytest.raises(ConfigurationError) as error:
        store.credentials("vonage", VonageCredentials)
    assert "application_id" in error.value.detail
    assert "k3y" not in error.value.detail


def test_the_sandboxs_own_credentials_fit() -> None:
    store = SecretStore(SecretsManager(credentials().secret), "arn", Clock())
    assert store.credentials("kintone", KintoneCredentials).previous_webhook_secret is None
    assert "PRIVATE KEY" in store.credentials("vonage", VonageCredentials).private_key
