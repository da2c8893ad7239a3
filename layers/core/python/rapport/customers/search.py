"""Finding customers: by the beginning of a name, by phone, email, segment, standing and risk. No table scan."""

from __future__ import annotations

import heapq
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rapport.customers import keys
from rapport.customers.model import Customer, Risk
from rapport.customers.names import normalise, terms
from rapport.customers.phone import read_number
from rapport.customers.snapshot_store import group_facet
from rapport.customers.store import NAME, key
from rapport.runtime.dynamodb import (
    AwsClient,
    batch_get,
    decode_cursor,
    dependency,
    encode_cursor,
    s,
)

INDEX = "by_facet"
# After every possible character of a sort value.
END = "\U0010ffff"
# A rare filter on a common one: what one request reads at most before it answers with a short page.
READ_AT_MOST = 400
_PHONE = re.compile(r"[+＋(（]?[0-9０-９][0-9０-９ ()（）－\-.]{3,24}")


@dataclass(frozen=True, kw_only=True)
class CustomerQuery:
    """What is looked for; None means any. `q` is the beginning of a name, a whole phone number or an email.

    `group` is a segment of the segmentation model, `segment` a word of the record. A group is sorted by value and
    takes no other filter.
    """

    q: str | None = None
    segment: str | None = None
    risk: Risk | None = None
    vip: bool | None = None
    group: str | None = None

    def digest(self) -> str:
        """Ties a cursor to the question it belongs to."""
        return format(zlib.crc32(repr((self.q, self.segment, self.risk, self.vip, self.group)).encode()), "08x")


@dataclass(frozen=True)
class Plan:
    """Partitions of the index that hold the answer in one order, and what else must be true of a record."""

    facets: tuple[str, ...]
    prefix: str
    matches: Callable[[Customer, str], bool]


def plan(query: CustomerQuery) -> Plan:
    """The most selective partitions for a question; the other filters are checked on the records."""

    def rest(customer: Customer, found_at: str) -> bool:
        del found_at
        return (
            (query.segment is None or customer.segment == query.segment)
            and (query.risk is None or customer.risk_band == query.risk)
            and (query.vip is None or customer.vip is query.vip)
        )

    if query.group is not None:
        return Plan(tuple(group_facet(query.group, number) for number in range(keys.SHARDS)), "", rest)
    q = (query.q or "").strip()
    if "@" in q:
        return Plan((f"EMAIL#{q.casefold()}",), "", rest)
    if _PHONE.fullmatch(q):
        return Plan((f"PHONE#{read_number(normalise(q)).e164 or 'none'}",), "", rest)
    if q:
        prefix = normalise(q)
        if not prefix:
            return Plan((), "", rest)

        def named(customer: Customer, found_at: str) -> bool:
            # Several rotations of a name may begin so; the customer is shown at the first of them.
            first = min((term for term in terms(customer.name) if term.startswith(prefix)), default=None)
            return first is not None and found_at == f"{first}#{customer.customer_id}" and rest(customer, found_at)

        return Plan((f"NAME#{prefix[0]}",), prefix, named)
    facet = "ALL"
    if query.segment is not None:
        facet = f"SEGMENT#{query.segment}"
    elif query.risk is not None:
        facet = f"RISK#{query.risk}"
    elif query.vip:
        facet = "VIP"
    return Plan(tuple(f"{facet}#{number}" for number in range(keys.SHARDS)), "", rest)


class CustomerSearch:
    """Pages through the index by_facet, which holds keys only, then reads the records."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def page(self, query: CustomerQuery, *, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]:
        """Access pattern: customers by facet, by id or (for names) by name; a page and the cursor after it.

        A page may be shorter than `limit` although a cursor follows: after `READ_AT_MOST` records it answers.
        """
        start = decode_cursor(cursor, expected={"after": "", "query": query.digest()})
        after = start["after"].get("S", "") if start else ""
        chosen = plan(query)
        entries = self._entries(chosen, after, limit)
        found: list[Customer] = []
        read = 0
        while batch := list(islice(entries, min(100, limit + 1))):
            records = self._records([customer_id for _, customer_id in batch])
            for sort, customer_id in batch:
                if len(found) == limit or read == READ_AT_MOST:
                    return found, encode_cursor({"after": s(after), "query": s(query.digest())})
                read, after = read + 1, sort
                customer = records.get(customer_id)
                if customer is not None and chosen.matches(customer, sort):
                    found.append(customer)
        return found, None

    def _entries(self, chosen: Plan, after: str, limit: int) -> Iterator[tuple[str, str]]:
        """Sort value and customer id of what the index holds after a place, in one order over all partitions."""
        return heapq.merge(*(self._partition(facet, chosen.prefix, after, limit) for facet in chosen.facets))

    def _partition(self, facet: str, prefix: str, after: str, limit: int) -> Iterator[tuple[str, str]]:
        low = max(prefix, after + "\x00") if after else prefix
        start: dict[str, Any] = {}
        while True:
            with dependency(NAME):
                answer = self._client.query(
                    TableName=self._table,
                    IndexName=INDEX,
                    KeyConditionExpression="facet = :facet AND facet_sort BETWEEN :low AND :high",
                    ExpressionAttributeValues={":facet": s(facet), ":low": s(low or "\x00"), ":high": s(prefix + END)},
                    Limit=limit + 1,
                    **start,
                )
            for item in answer["Items"]:
                yield item["facet_sort"]["S"], item["pk"]["S"].removeprefix("CUSTOMER#")
            if not answer.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _records(self, customer_ids: Sequence[str]) -> dict[str, Customer]:
        wanted = [key(customer_id) for customer_id in dict.fromkeys(customer_ids)]
        items = batch_get(self._client, self._table, list(wanted), NAME)
        found = [Customer.model_validate_json(item["json"]["S"]) for item in items]
        return {customer.customer_id: customer for customer in found}
