"""A company of N services to measure with: its catalog as files, and what AWS would say of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from runtime.aws.call_counts import CallCounts
from runtime.aws.ecs_services import Rollout, ServiceState
from runtime.bucket import api_tokens
from runtime.bucket.api_tokens import KnownToken
from runtime.service_state import Summary
from runtime.snapshot import Snapshot
from service_catalog.catalog import Catalog
from service_catalog.model import Environment
from service_catalog.records.portal import ApiToken
from service_catalog.records.provisioned import TaskLimits
from service_catalog.records.releases import Outcome, Release

NOW = datetime(2026, 11, 20, 5, 32, 8, tzinfo=UTC)
TEAMS = (
    *("checkout", "search", "logistics", "growth", "identity", "data-platform", "payments", "catalog", "pricing"),
    *("returns", "mobile", "web", "partners", "fraud", "ledger", "billing", "support", "content", "media", "ads"),
    *("fleet", "routing", "inbound", "outbound", "vendors", "tax", "reports", "ml", "geo", "crm"),
)
"""Thirty"""
PEOPLE = ("Ito Haruka", "Suzuki Ren", "Sato Yui", "Tanaka Aoi")
_REGISTRY = "000000000000.dkr.ecr.ap-northeast-1.amazonaws.com"
_ENVIRONMENT = 'name: {name}\naccount_id: "000000000000"\nregion: ap-northeast-1\n'
_ENTRY = """\
name: {name}
owner: team-{team}
description: Answers what {name} is asked
image: {{ repository: {name} }}
port: 8080
health: {{ path: /healthz }}
compute: {{ cpu: 256, memory_mib: 512 }}
tasks: {{ min: 2, max: 6 }}
scaling: {{ cpu_percent: 60 }}
exposure: {exposure}
environment: {{ LOG_FORMAT: json }}
env_files: [app]
secrets: {{ DATABASE_URL: {{ ssm: /{name}/database-url }} }}
environments: {{ {environments} }}
"""


_BY_PATH = "{{ audience: internal, paths: [/{name}, /{name}/*] }}"
BY_HOST = "{{ audience: internal, host: {name}.example.com }}"
"""More than a hundred of those find place, on load balancers that follow the first"""


def names(count: int) -> list[str]:
    return [f"{TEAMS[number % len(TEAMS)]}-api-{number:04}" for number in range(count)]


def write_catalog(
    directory: Path, count: int, environments: Sequence[str] = ("local",), exposure: str = _BY_PATH
) -> Catalog:
    (directory / "services").mkdir(parents=True)
    (directory / "environments").mkdir()
    for environment in environments:
        (directory / "environments" / f"{environment}.yaml").write_text(_ENVIRONMENT.format(name=environment))
    everywhere = ", ".join(f"{environment}: {{}}" for environment in environments)
    for number, name in enumerate(names(count)):
        more = {"team": TEAMS[number % len(TEAMS)], "exposure": exposure.format(name=name)}
        text = _ENTRY.format(name=name, environments=everywhere, **more)
        (directory / "services" / f"{name}.yaml").write_text(text)
    return Catalog(directory)


@dataclass(frozen=True)
class Aws:
    """What the collector asks of ``runtime.gateways.Gateways``, and what every request of somebody signed in does."""

    environment: Environment
    count: int
    calls: CallCounts = field(default_factory=CallCounts)

    @property
    def sign_outs(self) -> Any:
        return self

    @property
    def people(self) -> Any:
        return self

    def all(self) -> dict[str, Any]:
        """Nobody signed out everywhere, and nobody was seen."""
        return {}

    @property
    def api_tokens(self) -> "Tokens":
        return Tokens()

    @property
    def snapshots(self) -> Any:
        return self

    def take(self) -> Snapshot:
        self.calls.note("company", "take")
        return Snapshot(tuple(_row(number, name) for number, name in enumerate(names(self.count))), NOW)


class Tokens:
    """One, of a team."""

    TEXT = api_tokens.written("benchmark", "secret")

    def all(self) -> dict[str, KnownToken]:
        token = ApiToken(
            id="benchmark",
            digest=api_tokens.digest("secret"),
            name="benchmark",
            made_by="sato",
            made_by_name=PEOPLE[2],
            team=f"team-{TEAMS[0]}",
            when=NOW,
            expires=NOW + timedelta(days=365),
        )
        return {token.id: KnownToken(token)}

    def used(self, id: str, when: datetime) -> None:
        """Nobody asks."""


def _row(number: int, name: str) -> Summary:
    """One in ten needs a look: rolled back, failing, rolling out, or with something staged."""
    running, ended = _ENDS.get(number % 40, (2, "succeeded"))
    last = _release(number, name, ended)
    live = last if ended == "succeeded" else _release(number, name, "succeeded")
    rollout = Rollout(live.revision, True, "COMPLETED")
    return Summary(
        name=name,
        state=ServiceState(name, running, 2, live.revision, (rollout,), ()),
        has_placeholders=False,
        image=live.contents.image,
        env_applied={"app": number % 30 + 1},
        env_staged={"app": number % 30 + 2} if number % 40 == 9 else {},
        definition_staged=False,
        last=last,
        live=live,
        has_succeeded=True,
        failed_provisioning=None,
        entry=None,
        alarms=(),
        tasks_by_revision={live.revision: 2},
    )


_ENDS: dict[int, tuple[int, str]] = {
    3: (2, "rolled-back"),
    17: (1, "succeeded"),
    31: (2, ""),
}
"""How many tasks run, and how the newest release ended"""


def _release(number: int, name: str, ended: str) -> Release:
    when = NOW - timedelta(minutes=7 * number + 1)
    reason = "ECS gave up. Most likely: the program asks for DATABASE_URL, which this release removed. Put it back"
    outcome = Outcome(status=ended, when=when, reason=reason) if ended else None  # type: ignore[arg-type]
    return Release(
        number=number % 50 + 2,
        service=name,
        kind="deploy",
        image=f"{_REGISTRY}/{name}:1.{number % 17}.{number % 9}",
        env={"app": number % 30 + 1},
        definition="definition",
        revision=f"arn:aws:ecs:ap-northeast-1:000000000000:task-definition/local_{name}:{number % 50 + 2}",
        tasks=TaskLimits(min=2, max=6),
        base=None,
        who=PEOPLE[number % len(PEOPLE)],
        why="",
        when=when,
        token="",
        outcome=outcome,
    )
