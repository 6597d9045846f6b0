"""The door of this room: every gateway of one environment, over one set of AWS clients."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from runtime.aws import log_search
from runtime.aws.alarms import Alarms
from runtime.aws.assumed_role import Role as Role
from runtime.aws.call_counts import CallCounts
from runtime.aws.clients import Access as Access
from runtime.aws.clients import Clients
from runtime.aws.clock import Clock as Clock
from runtime.aws.ecr_images import Images
from runtime.aws.ecs_services import EcsServices
from runtime.aws.ecs_tasks import Tasks
from runtime.aws.event_topic import EventTopic
from runtime.aws.log_search import LogSearch
from runtime.aws.logs import Logs
from runtime.aws.queues import Queues
from runtime.aws.receivers import Receivers
from runtime.aws.scalable_targets import ScalableTargets
from runtime.aws.schedules import Schedules
from runtime.aws.secret_store import SecretStore
from runtime.aws.step_functions import StepFunctions
from runtime.aws.task_definitions import TaskDefinitions
from runtime.bucket.api_tokens import ApiTokens
from runtime.bucket.asked_records import AskedRecords
from runtime.bucket.audit import AuditTrail
from runtime.bucket.env_files import EnvFiles
from runtime.bucket.live_revisions import LiveRevisions
from runtime.bucket.objects import Objects
from runtime.bucket.people import People
from runtime.bucket.provisioned import ProvisionedRecords
from runtime.bucket.release_records import ReleaseRecords
from runtime.bucket.requests import Requests
from runtime.bucket.service_index import ServiceIndex
from runtime.bucket.sign_outs import SignOuts
from runtime.diagnosis.evidence import FailureEvidence
from runtime.metrics import Metrics
from runtime.operations import Operations
from runtime.platform.bills import Bills
from runtime.platform.certificates import Certificates
from runtime.platform.cluster import Cluster
from runtime.platform.kept_secrets import KeptSecrets
from runtime.platform.quotas import Quotas
from runtime.releases.asking import Asking
from runtime.releases.carriers import Carriers
from runtime.releases.earlier import EarlierReleases
from runtime.releases.ecs_service import EcsServiceCarrier
from runtime.releases.events import ReleaseEvents
from runtime.releases.execute import Steps
from runtime.releases.first_run import FirstRuns
from runtime.releases.live_revision import LiveRevisionCarrier
from runtime.releases.plan import Plans
from runtime.releases.preflight import Preflight
from runtime.releases.releases import Releases
from runtime.releases.settle import Settling
from runtime.runs import Runs
from runtime.runs.asking import AskingRuns
from runtime.snapshot import Snapshots
from service_catalog import naming
from service_catalog.model import Environment
from service_catalog.records.asked import AskedRelease, AskedRun

_AWS, _REAL_TIME = Access(), Clock()


@dataclass(frozen=True)
class Gateways:
    environment: Environment
    env_files: EnvFiles
    releases: Releases
    asking: Asking
    runs: Runs
    asking_runs: AskingRuns
    operations: Operations
    audit: AuditTrail
    sign_outs: SignOuts
    people: People
    api_tokens: ApiTokens
    requests: Requests
    schedules: Schedules
    failures: FailureEvidence
    service_index: ServiceIndex
    carriers: Carriers
    ecs_services: EcsServices
    scalable_targets: ScalableTargets
    tasks: Tasks
    logs: Logs
    log_search: LogSearch
    metrics: Metrics
    queues: Queues
    secrets: SecretStore
    images: Images
    alarms: Alarms
    receivers: Receivers
    events: EventTopic
    provisioned: ProvisionedRecords
    snapshots: Snapshots
    cluster: Cluster
    quotas: Quotas
    certificates: Certificates
    kept_secrets: KeptSecrets
    bills: Bills
    calls: CallCounts
    """How often AWS was asked through these"""
    now: Callable[[], datetime]
    """The clock by which they date what they write"""

    @classmethod
    def connect(
        cls,
        environment: Environment,
        access: Access = _AWS,
        clock: Clock = _REAL_TIME,
        around_steps: Callable[[Steps], Steps] = lambda steps: steps,
    ) -> "Gateways":
        """Asks AWS nothing: clients are built when they are first used. ``around_steps`` may put something around the
        steps of a release: one that dies between two of them leaves what a killed releaser leaves."""
        name = environment.name
        calls = CallCounts(clock.monotonic)
        aws = Clients(environment.region, access, calls)
        objects = Objects(aws, naming.config_bucket(name, environment.account_id))
        records, provisioned = ReleaseRecords(objects), ProvisionedRecords(objects, environment)
        asked = AskedRecords(objects, AskedRelease, naming.asked_prefix)
        asked_runs = AskedRecords(objects, AskedRun, naming.asked_run_prefix)
        service_index = ServiceIndex(objects, records, asked)
        audit = AuditTrail(objects, clock.now)
        env_files = EnvFiles(objects, service_index, audit)
        ecs_services, tasks, logs = EcsServices(aws, name), Tasks(aws, name), Logs(aws, name, provisioned.log_groups)
        images, alarms = Images(aws, environment), Alarms(aws, name)
        secrets = SecretStore(aws, environment)
        preflight = Preflight(secrets, env_files, images, environment)
        definitions, schedules, queues = TaskDefinitions(aws), Schedules(aws, name), Queues(aws)
        failures = FailureEvidence(records, definitions, env_files, tasks, logs, ecs_services, provisioned)
        targets = ScalableTargets(aws, name)
        ecs_service = EcsServiceCarrier(name, ecs_services, targets, records, failures, provisioned, clock.now)
        carriers = Carriers(ecs_service, LiveRevisionCarrier(LiveRevisions(objects), clock.now))
        earlier = EarlierReleases(environment, definitions, records, provisioned)
        plans = Plans(
            environment, definitions, records, env_files, carriers, provisioned, earlier, preflight, clock.now
        )
        steps = around_steps(Steps(name, definitions, records, carriers, clock.now, clock.monotonic))
        machines = StepFunctions(aws, environment)
        runs = Runs(name, machines, provisioned, plans.live_revision, tasks, logs, audit, clock.now)
        first_runs = FirstRuns(runs, records, steps, failures, clock.now)
        events = EventTopic(aws, environment)
        told = ReleaseEvents(events, environment, clock.now)
        settling = Settling(
            records, service_index, carriers, first_runs, told, clock.now, steps.new_token, clock.dead_seconds
        )
        releases = Releases(records, service_index, definitions, plans, earlier, steps, first_runs, settling, audit)
        return cls(
            environment=environment,
            env_files=env_files,
            releases=releases,
            asking=Asking(asked, service_index, releases, images, audit, told, clock.now, steps.new_token),
            runs=runs,
            asking_runs=AskingRuns(asked_runs, runs, plans.live_revision, audit, clock.now),
            operations=Operations(audit, queues, schedules),
            audit=audit,
            sign_outs=SignOuts(objects),
            people=People(objects),
            api_tokens=ApiTokens(objects, audit),
            requests=Requests(objects, clock.now),
            failures=failures,
            service_index=service_index,
            carriers=carriers,
            ecs_services=ecs_services,
            scalable_targets=targets,
            tasks=tasks,
            logs=logs,
            log_search=LogSearch(aws, log_search.budget(environment.account_id, environment.region, clock)),
            metrics=Metrics(aws, name, clock),
            queues=queues,
            secrets=secrets,
            images=images,
            alarms=alarms,
            receivers=Receivers(aws, environment, provisioned),
            events=events,
            provisioned=provisioned,
            schedules=schedules,
            snapshots=Snapshots(name, provisioned, service_index, carriers, tasks, alarms, logs, schedules, clock),
            cluster=Cluster(aws, name),
            quotas=Quotas(aws, environment, clock.now),
            certificates=Certificates(aws, environment),
            kept_secrets=KeptSecrets(aws, environment),
            bills=Bills(aws, objects, environment, clock.now),
            calls=calls,
            now=clock.now,
        )
