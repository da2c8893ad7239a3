"""The models API keeps its contract: roles, problems that name the field, once per key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rapport_inference
from moto import mock_aws
from rapport.audit.model import Action
from rapport.audit.store import DynamoTrailStore
from rapport.registry.artifacts import FILES, described
from rapport.registry.model import Figure, Origin, Rollout
from rapport.registry.store import DynamoRegistry
from rapport.runtime.chain import verify
from rapport.runtime.clock import day_of, now_ms

from infra.stacks.data import MODEL_INDEXES
from tests.builders.dynamodb import aws_client, create_table
from tests.builders.http import Caller, load_handler
from tests.builders.registry import NAME, ROW, layer, trained

Calling = Callable[..., Caller]


@pytest.fixture
def calling(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Calling]:
    """Callers at one warm function: version 1.0.0 is in the layer, 1.1.0 in the bucket."""
    monkeypatch.setattr(rapport_inference, "ROOT", tmp_path)
    monkeypatch.setattr("rapport.registry.compose.SCRATCH", tmp_path / "scratch")
    layer(tmp_path / "models")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        dynamodb, s3 = (aws_client(name) for name in ("dynamodb", "s3"))
        create_table(dynamodb, "models", MODEL_INDEXES)
        create_table(dynamodb, "identity")
        s3.create_bucket(Bucket="files")
        for file in FILES:
            s3.put_object(
                Bucket="files", Key=f"models/{NAME}/1.1.0/{file}", Body=(trained("1.1.0") / file).read_bytes()
            )
        DynamoRegistry(dynamodb, "models").add_version(described(trained("1.1.0"), Origin.BUCKET))
        names = {"MODELS_TABLE": "models", "FILES_BUCKET": "files", "IDENTITY_TABLE": "identity"}
        module = load_handler("models_api", monkeypatch, names)
        yield lambda *groups: Caller(module, groups or ("analyst",))


def asked(caller: Caller, **row: Any) -> Any:
    return caller.post(f"/api/models/{NAME}/predict", {"subject": "C1", "row": {**ROW, **row}})


def test_a_row_is_scored_with_reasons_in_both_languages(calling: Calling) -> None:
    answer = asked(calling("agent"))
    assert answer.status == 200
    assert answer.body["version"] == "1.0.0"
    assert 0 <= answer.body["value"] <= 100
    assert 1 <= len(answer.body["reasons"]) <= 4
    assert all(reason["en"] and reason["ja"] for reason in answer.body["reasons"])


@pytest.mark.parametrize(
    ("row", "field"), [({"balance": "a lot"}, "balance"), ({"blance": 3}, "row.blance"), ({"joined": "soon"}, "joined")]
)
def test_a_wrong_field_is_named_and_nothing_is_recorded(calling: Calling, row: dict[str, Any], field: str) -> None:
    answer = asked(calling(), **row)
    assert (answer.status, answer.kind) == (422, "invalid-input")
    assert any(field in named for named in answer.fields)
    live = calling().get(f"/api/models/{NAME}/performance").body["live"]
    assert live == []


def test_an_uploaded_version_is_promoted_answers_and_is_rolled_back(calling: Calling) -> None:
    analyst = calling()
    promoted = analyst.post(f"/api/models/{NAME}/promote", {"version": "1.1.0", "reason": "newer data"})
    assert (promoted.status, promoted.body["champion"]) == (200, "1.1.0")
    assert asked(analyst).body["version"] == "1.1.0"
    back = analyst.post(f"/api/models/{NAME}/rollback", {"reason": "complaints"})
    assert (back.status, back.body["champion"]) == (200, "1.0.0")
    history = analyst.get(f"/api/models/{NAME}/history").body["items"]
    assert [change["changed_by"] for change in history] == ["somebody", "somebody"]
    store = DynamoTrailStore(aws_client("dynamodb"), "identity")
    opened, *trail = store.entries(day_of(now_ms()))
    assert [(entry.action, entry.subject, entry.data["champion"]) for entry in trail] == [
        (Action.MODEL_PROMOTED, f"model/{NAME}", "1.1.0"),
        (Action.MODEL_ROLLED_BACK, f"model/{NAME}", "1.0.0"),
    ]
    assert set(store.names({str(entry.actor) for entry in trail}).values()) == {"somebody"}
    assert verify([opened, *trail]).intact


def test_what_is_refused_is_not_in_the_audit_trail(calling: Calling) -> None:
    assert calling().post(f"/api/models/{NAME}/promote", {"version": "9.9.9", "reason": "why not"}).status == 422
    assert calling().post(f"/api/models/{NAME}/rollback", {"reason": "too early"}).status == 409
    store = DynamoTrailStore(aws_client("dynamodb"), "identity")
    assert store.entries(day_of(now_ms())) == []


def test_a_label_sent_twice_with_its_key_counts_once(calling: Calling) -> None:
    analyst = calling()
    asked(analyst)
    body = {"labels": [{"subject": "C1", "outcome": True, "known_at": 9_000_000_000_000}]}
    answers = [analyst.post(f"/api/models/{NAME}/labels", body, idempotency_key="label-0001") for _ in range(2)]
    assert [(a.status, a.body) for a in answers] == [(201, {"labelled": 1})] * 2
    (live,) = analyst.get(f"/api/models/{NAME}/performance").body["live"]
    assert (live["labelled"], live["observed"]) == (1, 1.0)


def test_agents_score_but_do_not_look_after_models(calling: Calling) -> None:
    agent = calling("agent")
    assert agent.get("/api/models").status == 403
    assert agent.post(f"/api/models/{NAME}/promote", {"version": "1.1.0", "reason": "why not"}).status == 403
    assert calling("supervisor").get("/api/models").status == 200
    assert calling("supervisor").post(f"/api/models/{NAME}/reload", {}).status == 403


def test_the_list_shows_who_answers_and_on_what_evidence(calling: Calling) -> None:
    (model,) = calling().get("/api/models").body["items"]
    assert (model["name"], model["rollout"]["champion"], model["rollout"]["seq"]) == (NAME, "1.0.0", 0)
    assert {"AUC", "PR-AUC", "Brier", "ECE"} <= model["champion"]["evaluation"][0]["figures"][NAME].keys()
    fields = calling().get(f"/api/models/{NAME}/fields").body["items"]
    (city,) = (field for field in fields if field["name"] == "city")
    assert (city["kind"], sorted(city["levels"]), city["required"]) == ("category", ["kyoto", "osaka", "tokyo"], False)
    (balance,) = (field for field in fields if field["name"] == "balance")
    assert balance["low"] <= balance["typical"] <= balance["high"]
    (joined,) = (field for field in fields if field["name"] == "joined")
    assert (joined["kind"], joined["format"]) == ("date", "YYYY-MM-DD")


@pytest.mark.parametrize("name", ["nothing", "leaving2"])
def test_a_model_nobody_has_is_not_found(calling: Calling, name: str) -> None:
    for path in ("performance", "drift", "history", "fields"):
        assert calling().get(f"/api/models/{name}/{path}").status == 404
    assert calling().post(f"/api/models/{name}/predict", {"subject": "C1", "row": {}}).status == 404


def test_a_version_that_was_never_uploaded_is_named(calling: Calling) -> None:
    answer = calling().post(f"/api/models/{NAME}/promote", {"version": "4.0.0", "reason": "newest"})
    assert (answer.status, answer.fields) == (422, ["version"])


def test_drift_is_looked_for_on_demand(calling: Calling) -> None:
    analyst = calling()
    asked(analyst)
    (report,) = analyst.post(f"/api/models/{NAME}/drift", {"days": 7}).body["items"]
    assert (report["rows"], report["drifted"], report["verdict"], report["rows_missing"]) == (1, False, "unknown", 199)
    assert analyst.get(f"/api/models/{NAME}/drift").body["items"] == [report]
    (status,) = analyst.get("/api/models/status").body["items"]
    assert (status["loaded"], status["drift"], status["reported_at"]) == (["1.0.0"], "unknown", report["at"])
    assert (status["rows"], status["rows_missing"]) == (1, 199)


def test_an_empty_row_is_answered_with_a_warning_that_says_what_was_missing(calling: Calling) -> None:
    answer = calling().post(f"/api/models/{NAME}/predict", {"subject": "C1", "row": {}})
    assert answer.status == 200, answer.body
    (warning,) = answer.body["warnings"]
    assert warning["en"].startswith("5 of 5 fields are not given")
    assert warning["ja"]


def test_a_refused_promotion_says_every_objection_with_its_figure(calling: Calling) -> None:
    poor = described(trained("1.1.0"), Origin.BUCKET)
    (split, *_) = poor.evaluation
    chance = {**split.figures[NAME], "AUC": Figure(value=0.51, low=0.45, high=0.57)}
    bad = split.model_copy(update={"figures": {**split.figures, NAME: chance}})
    store = DynamoRegistry(aws_client("dynamodb"), "models")
    store.add_version(poor.model_copy(update={"version": "1.2.0", "sha256": "0" * 64, "evaluation": (bad,)}))
    answer = calling().post(f"/api/models/{NAME}/promote", {"version": "1.2.0", "reason": "newest"})
    assert (answer.status, answer.kind) == (409, "not-promotable")
    chance_of = {objection["code"]: objection for objection in answer.body["objections"]}["not-above-chance"]
    assert (chance_of["figure"]["value"], chance_of["threshold"]) == (0.51, 0.5)
    assert chance_of["text"]["ja"]


def test_a_change_by_another_function_is_seen_by_the_next_read(calling: Calling) -> None:
    analyst = calling()
    assert analyst.get("/api/models").body["items"][0]["rollout"]["champion"] == "1.0.0"
    store = DynamoRegistry(aws_client("dynamodb"), "models")
    store.change_rollout(Rollout(name=NAME, champion="1.1.0", previous="1.0.0", seq=1))
    for _ in range(2):
        assert analyst.get("/api/models").body["items"][0]["rollout"]["champion"] == "1.1.0"
        assert analyst.get("/api/models/status").body["items"][0]["rollout"]["champion"] == "1.1.0"
    assert asked(analyst).body["version"] == "1.1.0"
