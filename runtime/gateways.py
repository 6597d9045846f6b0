"""The door of this room: every gateway of one environment, over one set of AWS clients."""

from collections.abc import Callable
from dataclasses import dataclass

from runtime.alarms import Alarms
from runtime.claims import Claims
from runtime.clients import Access as Access
from runtime.clients import Clients
from runtime.clock import Clock as Clock
from runtime.deployments import Deployments
from runtime.env_files import EnvFiles
from runtime.failures import Failures
from runtime.heads import Heads
from runtime.images import Images
from runtime.logs import Logs
from runtime.metrics import Metrics
from runtime.objects import Objects
from runtime.plans import Plans
from runtime.preflight import Preflight
from runtime.provisioned import ProvisionedRecords
from runtime.releases import Releases
from runtime.settling import Settling
from runtime.snapshot import Snapshots
from runtime.steps import Steps
from runtime.tasks import Tasks
from service_catalog import naming
from service_catalog.model import Environment

Carry = Callable[[Steps], Steps]
_AWS, _REAL_TIME = Access(), Clock()


def _as_is(steps: Steps) -> Steps:
    return steps


@dataclass(frozen=True)
class Gateways:
    environment: Environment
    env_files: EnvFiles
    releases: Releases
    failures: Failures
    heads: Heads
    deployments: Deployments
    tasks: Tasks
    logs: Logs
    metrics: Metrics
    images: Images
    alarms: Alarms
    provisioned: ProvisionedRecords
    snapshots: Snapshots

    @classmethod
    def connect(
        cls, environment: Environment, access: Access = _AWS, clock: Clock = _REAL_TIME, carry: Carry = _as_is
    ) -> "Gateways":
        """Asks AWS nothing: clients are built when they are first used.

        ``carry`` may put something of its own around the steps of a release, such as a progress bar or a stopwatch.
        """
        name = environment.name
        aws = Clients(environment.region, access)
        objects = Objects(aws, naming.config_bucket(name, environment.account_id))
        claims = Claims(objects)
        heads = Heads(objects, claims)
        env_files = EnvFiles(objects, heads)
        deployments, tasks, logs = Deployments(aws, name), Tasks(aws, name), Logs(aws, name)
        images, alarms = Images(aws, environment), Alarms(aws, name)
        provisioned = ProvisionedRecords(objects, environment)
        preflight = Preflight(aws, env_files, images, environment)
        plans = Plans(aws, environment, claims, env_files, deployments, provisioned, preflight)
        steps = carry(Steps(aws, name, claims, deployments, clock.now, clock.monotonic))
        failures = Failures(claims, plans, env_files, tasks, logs, deployments, provisioned)
        settling = Settling(name, claims, heads, deployments, steps, failures, clock.now, clock.dead_seconds)
        return cls(
            environment=environment,
            env_files=env_files,
            releases=Releases(claims, heads, plans, steps, settling),
            failures=failures,
            heads=heads,
            deployments=deployments,
            tasks=tasks,
            logs=logs,
            metrics=Metrics(aws, name, clock),
            images=images,
            alarms=alarms,
            provisioned=provisioned,
            snapshots=Snapshots(name, provisioned, heads, deployments, tasks, alarms, logs, clock),
        )
