"""What AWS really billed an environment for, as Cost Explorer tells it by the tags that its stacks set.

AWS takes $0.01 for each request. So it is asked only where the environment says so, at most once a day, and not again
by another copy of the portal: who asks writes that down in the config bucket first, and the answer beside it. After a
refusal, or an answer that never came, an hour passes.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from runtime.aws.clients import Clients
from runtime.aws.errors import Absent, GatewayError
from runtime.bucket.objects import Objects, Stored
from runtime.bucket.records import Unreadable, parsed
from service_catalog import naming
from service_catalog.messages import say
from service_catalog.model import Environment
from service_catalog.records.bill import Bill, BilledMonth

_JSON = "application/json"
_AGAIN = timedelta(hours=1)
_PAGES_MAX = 10
"""A page holds the services of thousands"""
_METRIC = "UnblendedCost"


class Bills:
    def __init__(self, aws: Clients, objects: Objects, environment: Environment, now: Callable[[], datetime]):
        self._aws, self._objects, self._environment, self._now = aws, objects, environment, now

    def newest(self) -> Bill | None:
        """None where nobody shall ask, and while nobody has."""
        if not self._environment.cost_explorer:
            return None
        stored, held = self._held()
        now = self._now()
        if held and (_is_of_today(held, now) or now - held.asked_at < _AGAIN):
            return held
        claim = (held or Bill(asked_at=now)).model_copy(update={"asked_at": now})
        key = naming.bill_key()
        if not self._objects.replace(key, claim.to_json(), _JSON, stored.etag if stored else None):
            return held  # another copy of the portal asks right now
        answer = self._answer(claim)
        claimed, _ = self._held()
        self._objects.replace(key, answer.to_json(), _JSON, claimed.etag if claimed else None)
        return answer

    def _answer(self, claim: Bill) -> Bill:
        """Or why there is none, beside what was told before."""
        try:
            months = tuple(self._months(claim.asked_at.date()))
        except GatewayError as error:
            return claim.model_copy(update={"problem": error.sentence})
        return Bill(asked_at=claim.asked_at, answered_at=claim.asked_at, months=months)

    def _held(self) -> tuple[Stored | None, Bill | None]:
        try:
            stored = self._objects.read(naming.bill_key())
        except Absent:
            return None, None
        try:
            return stored, parsed(Bill, stored.key, stored.body)
        except Unreadable:
            return stored, None

    def _months(self, today: date) -> Iterator[BilledMonth]:
        """The last whole one, and this one up to yesterday."""
        found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        for it in self._results((today.replace(day=1) - timedelta(days=1)).replace(day=1), today):
            found.setdefault((it["TimePeriod"]["Start"], it["TimePeriod"]["End"]), []).append(it)
        for (start, end), parts in sorted(found.items()):
            yield BilledMonth(
                start=date.fromisoformat(start),
                end=date.fromisoformat(end),
                is_open=any(it.get("Estimated") for it in parts),
                amounts={service: amount for it in parts for service, amount in _by_service(it)},
                unit=next((_cost(group)["Unit"] for it in parts for group in it["Groups"]), "USD"),
            )

    def _results(self, begin: date, end: date) -> Iterator[Mapping[str, Any]]:
        """Each request is sent once: boto3 would pay for trying again."""
        more: dict[str, str] = {}
        for _page in range(_PAGES_MAX):
            said = self._aws.call_once(
                "ce",
                "get_cost_and_usage",
                say("reading what was billed"),
                TimePeriod={"Start": begin.isoformat(), "End": end.isoformat()},
                Granularity="MONTHLY",
                Metrics=[_METRIC],
                Filter={"Tags": {"Key": naming.ENVIRONMENT_TAG, "Values": [self._environment.name]}},
                GroupBy=[{"Type": "TAG", "Key": naming.SERVICE_TAG}],
                **more,
            )
            yield from said["ResultsByTime"]
            if not (token := said.get("NextPageToken")):
                return
            more = {"NextPageToken": token}


def _is_of_today(bill: Bill, now: datetime) -> bool:
    return bill.answered_at is not None and bill.answered_at.date() == now.date()


def _by_service(result: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Keys are ``slipway:service$orders-api``, and end in the dollar for what bears no such tag."""
    for group in result["Groups"]:
        yield group["Keys"][0].partition("$")[2], float(_cost(group)["Amount"])


def _cost(group: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = group["Metrics"][_METRIC]
    return found
