"""What the look-up keeps: its first answer per contact; and callers as it asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from botocore.exceptions import ClientError

from rapport.callers.desk_store import DynamoCallers
from rapport.callers.judge import Around, Judge
from rapport.callers.model import Dossier, Noted
from rapport.callers.spam import Assessment
from rapport.callers.tokens import NumberTokens
from rapport.calls import keys
from rapport.customers.phone import CallerNumber
from rapport.runtime.dynamodb import AwsClient, dependency, error_code, n, s

DAY_S = 86_400


class LookupStore:
    """Implements the look-up's `Answers`."""

    def __init__(self, client: AwsClient, calls_table: str, clock: Callable[[], int]) -> None:
        self._client = client
        self._calls = calls_table
        self._clock = clock

    def recall(self, contact_id: str) -> dict[str, str] | None:
        """Access pattern: the look-up's answer, once per contact."""
        with dependency("the calls table"):
            answer = self._client.get_item(TableName=self._calls, Key=_lookup_key(contact_id), ConsistentRead=True).get(
                "Item"
            )
        return json.loads(answer["answer"]["S"]) if answer else None

    def keep(self, contact_id: str, answer: dict[str, str]) -> dict[str, str]:
        """Access pattern: keep the first answer; a retry that ran side by side gets the kept one."""
        item = {
            **_lookup_key(contact_id),
            "schema_version": n(keys.SCHEMA_VERSION),
            "expires_at": n(self._clock() // 1000 + DAY_S),
            "answer": s(json.dumps(answer)),
        }
        try:
            self._client.put_item(TableName=self._calls, Item=item, ConditionExpression="attribute_not_exists(pk)")
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return self.recall(contact_id) or answer
            with dependency("the calls table"):
                raise
        return answer


class KnownCallers:
    """Implements the look-up's `Callers`: numbers become tokens here, at the edge."""

    def __init__(
        self, tokens: Callable[[], NumberTokens], callers: DynamoCallers, judge: Judge, clock: Callable[[], int]
    ) -> None:
        self._tokens = tokens
        self._callers = callers
        self._judge = judge
        self._clock = clock

    def meet(self, number: CallerNumber, contact_id: str, dialled: str | None) -> Dossier:
        """Access pattern: everything of a number; then its call is noted unless a retry noted it before."""
        tokens = self._tokens()
        token = tokens.of(number.e164 or "")
        dossier = self._callers.dossier(token)
        if all(noted.contact_id != contact_id for noted in dossier.noted):
            reached = tokens.of(dialled) if dialled else "-"
            self._callers.note(token, Noted(contact_id, self._clock(), reached))
        others = tuple(noted for noted in dossier.noted if noted.contact_id != contact_id)
        return replace(dossier, noted=others)

    def around(self, number: CallerNumber) -> Around:
        tokens, e164 = self._tokens(), number.e164 or ""
        return self._judge.around(tokens.of(e164), tokens.block_of(e164))

    def assess(self, number: CallerNumber, dossier: Dossier, around: Around, *, customer: bool) -> Assessment:
        return self._judge.assess(number, dossier, around, customer=customer)


def _lookup_key(contact_id: str) -> dict[str, dict[str, str]]:
    return {"pk": s(keys.partition(contact_id)), "sk": s(keys.Prefix.LOOKUP)}
