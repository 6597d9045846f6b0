"""The tables of an environment's platform as plain rows, for export and for programs; names are in English."""

from collections.abc import Sequence

from portal.exports import Row
from portal.text.releases import release_words
from portal.text.translate import of_problem
from runtime.aws.call_counts import Rate
from runtime.platform.billed import Billed
from runtime.platform.capacity import Use
from runtime.platform.checks import Finding
from runtime.platform.costs import Costs
from runtime.platform.drifted import Drifted
from runtime.platform.pending import Pending
from runtime.platform.quotas import Quota
from runtime.running_tasks import Used


def pending(found: Sequence[Pending]) -> list[Row]:
    return [
        {
            "service": it.service,
            "owner": it.owner,
            "action": it.action,
            "why": it.why,
            "catalog_changes": [*(change.sentence for change in it.changes), *map(of_problem, it.problems)],
            "cost": it.cost or "",
            "provisioned": it.is_provisioned,
            "definition_staged": it.definition_staged,
            "env_staged": [f"{file} v{number}" for file, number in (it.env_staged or {}).items()],
            "live_release": it.live.number if it.live else None,
            "live": release_words(it.live.contents) if it.live else "",
        }
        for it in found
    ]


def drift(found: Sequence[Drifted]) -> list[Row]:
    return [
        {"service": it.service, "kind": it.kind, "sentence": it.sentence, "next_step": it.next_step} for it in found
    ]


def capacity(uses: Sequence[Use]) -> list[Row]:
    """One row for each kind of capacity that a service uses; one that uses none has a row too."""
    return [
        {
            "service": it.service,
            "owner": it.owner,
            "capacity": kind or it.capacity,
            "tasks": used.tasks,
            "vcpu": used.cpu / 1024,
            "memory_mib": used.memory_mib,
            "vcpu_at_most": it.most.cpu / 1024 if it.most else None,
            "memory_mib_at_most": it.most.memory_mib if it.most else None,
        }
        for it in uses
        for kind, used in (it.used.items() or [("", Used())])
    ]


def quotas(found: Sequence[Quota]) -> list[Row]:
    return [
        {
            "quota": it.what,
            "where": it.where,
            "used": it.used,
            "limit": it.limit,
            "share": round(it.share, 4) if it.used is not None else None,
            "limit_is_default": it.is_default,
            "used_by_this_environment_only": it.is_of_this_environment,
            "remedy": it.remedy,
        }
        for it in found
    ]


def costs(found: Costs) -> list[Row]:
    return [
        {
            "environment": it.environment,
            "service": it.service,
            "owner": it.owner,
            "usd_a_month_from": round(it.low, 2),
            "usd_a_month_to": round(it.high, 2),
            "runs_on_instances": it.is_on_instances,
            "prices_as_of": found.as_of,
        }
        for it in found.rows
    ]


def billed(found: Billed | None) -> list[Row]:
    """A row for each service and month; what is no service's has none."""
    return [
        {
            "service": it.service,
            "owner": it.owner,
            "from": month.start,
            "until": month.end,
            "amount": round(amount, 4),
            "unit": month.unit,
            "is_closed": not month.is_open,
        }
        for it in (found.rows if found else ())
        for month, amount in zip(found.months if found else (), it.amounts, strict=True)
    ]


def findings(found: Sequence[Finding]) -> list[Row]:
    return [
        {
            "service": it.service,
            "token": it.token,
            "owner": it.owner,
            "check": it.check,
            "sentence": it.sentence,
            "since": it.since,
            "usd_a_month": round(it.usd_a_month, 2) if it.usd_a_month is not None else None,
        }
        for it in found
    ]


def rates(found: Sequence[Rate]) -> list[Row]:
    return [
        {
            "bucket": it.bucket.name,
            "aws_allows_burst": it.bucket.burst,
            "aws_allows_per_second": it.bucket.per_second,
            "per_second_last_minute": round(it.last_minute, 3),
            "per_second_last_hour": round(it.last_hour, 3),
            "per_second_busiest_minute": round(it.peak, 3),
            "share_last_minute": round(it.share, 4) if it.share is not None else None,
            "throttled_last_hour": it.throttled,
            "calls_last_hour": [f"{name} {count}" for name, count in it.calls.items()],
        }
        for it in found
    ]
