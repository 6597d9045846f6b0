"""What the portal asks of AWS while people work is what `permissions: [{ platform: portal }]` lets it: each right, on
that resource, in those circumstances; and there is no right that nobody needs."""

from typing import cast

import pytest

from infra.documents import portal_rights
from runtime.bucket.release_records import ReleaseRefused
from runtime.gateways import Gateways
from runtime.platform.idle import DAYS
from runtime.releases.execute import Steps
from runtime.releases.request import ReleaseRequest
from runtime.runs import RunRequest
from service_catalog import naming
from service_catalog.model import Environment
from service_catalog.model.deployment import Approval, Deployment
from service_catalog.records.events import Event
from service_catalog.records.portal import SeenPerson
from tests.builders import a_worker
from tests.fake_aws.environment import FakeEnvironment
from tests.portal.api_client import ApiClient, token
from tests.portal.conftest import NOW
from tests.portal.iam import Need, giving, needs
from tests.portal.people import PLATFORM, Chosen
from tests.portal.test_queues import DEAD_URL, OWN, URL
from tests.portal.test_rights import READS, routes
from tests.portal.test_schedules import NIGHTLY
from tests.test_rights import listed

PAGE = "/local/services/orders-api"
CERTIFICATE = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1"
BOX = {"name": "x", "image": "x"}
EXPORTS = {"public": {"load_balancer_arn_suffix": "app/alb/1"}, "task_subnet_ids": ["subnet-1"]}
PROD = Environment.model_validate(
    {
        "name": "prod",
        "account_id": "123456789012",
        "region": "ap-northeast-1",
        "domain": {"name": "example.com", "certificate_arn": CERTIFICATE},
        "alarms": {"emails": ["on-call@example.com"]},
        "events": {"receivers": ["https://hooks.example.com/slipway"]},
        "secrets_key_arn": "arn:aws:kms:ap-northeast-1:123456789012:key/1",
        "cost_explorer": True,
    }
)
"""With all that the portal looks at in no environment that lacks it, such as the local one"""
EVENTS = PROD.arn("sns", naming.events_topic("prod"))
ENDED = Event(
    event="release-ended",
    id="prod/orders-api/releases/1/ended",
    environment="prod",
    service="orders-api",
    when=NOW,
    sentence="release 1 of orders-api succeeded",
)


@pytest.fixture
def prod(aws):
    aws.account = PROD.account_id
    made = FakeEnvironment(aws, PROD)
    made.subscribe("on-call@example.com")
    aws.sns.subscribes(EVENTS, "https://hooks.example.com/slipway")
    aws.elb.rules, aws.ec2.free = {"app/alb/1": 1}, {"subnet-1": 200}
    aws.acm.certificates[CERTIFICATE] = {"DomainName": "example.com"}
    ecs = aws.client("ecs")
    ecs.register_task_definition(family="x", containerDefinitions=[BOX], requiresCompatibilities=["EC2"])
    ecs.run_task(cluster=naming.cluster("prod"), taskDefinition="x", count=1)
    return made


@pytest.fixture
def local_again(prod, running, aws, orders, catalog):
    """Where a release waits for somebody, a job has its schedule, and a worker dead letters."""
    aws.account = running.environment.account_id
    running.provision(orders.model_copy(update={"deployment": Deployment(strategy="blue-green", approval=Approval())}))
    (catalog.directory / "services" / "nightly.yaml").write_text(NIGHTLY)
    running.push("nightly", "1.0.0")
    running.provision(catalog.service("nightly", "local"))
    aws.client("scheduler").create_schedule(
        GroupName=naming.schedule_group("local"),
        Name=naming.schedule("local", "nightly"),
        ScheduleExpression="cron(0 3 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:machine", "RoleArn": "arn:aws:iam::000000000000:role/local_nightly_schedule"},
    )
    running.push("mailer", "1.0.0")
    running.provision(a_worker(), queue=OWN)
    aws.sqs.counts |= {URL: {}, DEAD_URL: {}}
    return running


@pytest.fixture
def worked(client, local_again, post, app, aws, prod):
    """What is asked, and of which environment: somebody looks at every page of the one, and does what there is to do;
    and the platform's pages of the other are read, in which secrets are made."""
    app.extensions["slipway"].who = Chosen(PLATFORM)
    aws.requests.clear()
    for method, address, endpoint in routes(app):
        if method in READS and endpoint != "static":
            client.get(address).close()
    post(f"{PAGE}/env/app", f"{PAGE}/env/app", text="A=2\n", base="1", do="save", message="More")
    program(app)
    people(local_again)
    of_local = [need for name, said in aws.requests for need in needs(name, said, local_again.environment)]
    app.extensions["slipway"].collector.close()
    app.extensions["slipway"].facts.close()
    aws.account = PROD.account_id
    aws.requests.clear()
    platform(prod.gateways)
    secrets(prod.gateways)
    return [*of_local, *(need for name, said in aws.requests for need in needs(name, said, PROD))]


def program(app):
    """It saves by the API, under a key of its own."""
    api = ApiClient(app, token(app, PLATFORM))
    saved = api.post("/orders-api/env/app", {"text": "A=3\n", "base": 2}, Idempotency_Key="deploy-7")
    assert saved.status_code in (200, 201)
    app.extensions["slipway"].bearers.close()


def people(local):
    """What they do, by the gateways that pages and API act through."""
    releases(local)
    runs(local)
    gateways = local.gateways
    gateways.operations.pause("nightly", "Sato Yui")
    queue = gateways.provisioned.read("mailer").queue
    gateways.queues.depth(queue)
    gateways.operations.send_back("mailer", queue, "Sato Yui")
    gateways.scalable_targets.limits("orders-api")
    gateways.snapshots.take()
    local.begin("nightly", "1.0.0")
    gateways.sign_outs.add("sato", local.aws.now)
    gateways.people.saw("sato", SeenPerson(teams=("team-commerce",), when=local.aws.now))


def releases(running):
    """One comes through once somebody said so, one is stopped, and one is overtaken."""
    gateways = running.gateways
    running.begin("orders-api", "2.14.0", env=2)
    running.wait_for_approval("orders-api")
    pause = gateways.releases.pause("orders-api", 2)
    gateways.releases.answer("orders-api", 2, goes_on=True, hook=pause.hook, who="Ito Haruka")
    running.end("orders-api")
    running.release("orders-api", "2.13.4", ends="stopped")
    overtaken(running)


def overtaken(running):
    """Its revision is taken back."""

    def somebody_else():
        running.begin("orders-api", "2.14.0")

    def around(steps):
        return cast(Steps, Overtaken(steps, somebody_else))

    second = Gateways.connect(running.environment, running.aws.access, running.aws.clock, around)
    with pytest.raises(ReleaseRefused):
        second.releases.release("orders-api", ReleaseRequest("2.13.3", {}), who="Ito Haruka", why="")


class Overtaken:
    """The steps of a release during which somebody else's begins."""

    def __init__(self, steps, meanwhile):
        self._steps, self._meanwhile = steps, meanwhile

    def __getattr__(self, name):
        if name == "claim":
            self._meanwhile()
        return getattr(self._steps, name)


def runs(running):
    """One is read long after it was stopped, when ECS has forgotten its task."""
    runs, logs = running.gateways.runs, running.gateways.logs
    run = runs.start("orders-api", RunRequest("Sato Yui", "Backfill", command=("bin/fill",)))
    runs.stop("orders-api", run, who="Sato Yui")
    for task in running.tasks("orders-api"):
        running.prints("orders-api", task, "a line")
        logs.of_task("orders-api", task)
    running.aws.passes(hours=2)
    runs.read("orders-api", run)


def platform(gateways):
    quotas = gateways.quotas
    for it in (quotas.load_balancers(EXPORTS), quotas.network(EXPORTS), quotas.roles(), quotas.services(1)):
        assert it
    quotas.fargate(1.0, 0.0)
    gateways.cluster.service_names()
    assert gateways.cluster.instances()
    assert gateways.certificates.all()
    assert gateways.receivers.unconfirmed_of_alarms()
    assert gateways.receivers.unconfirmed_of_events()
    gateways.events.tell(ENDED)
    assert gateways.events.not_told_since(NOW) == []
    assert gateways.bills.newest()
    gateways.metrics.by_day({"orders-api": None}, DAYS)
    gateways.images.has_repository("orders-api")


def secrets(gateways):
    gateways.secrets.make("ssm", "orders-api", "/prod/orders-api/a", "v")
    gateways.secrets.make("secretsmanager", "orders-api", "prod/orders-api/b", "v")
    assert gateways.secrets.has_secret("prod/orders-api/b")
    assert len(gateways.kept_secrets.all([])) == 2


@pytest.fixture
def rights(catalog):
    """Of both environments."""
    return [it for here in (catalog.environment("local"), PROD) for it in portal_rights.statements(here)]


def test_every_call_is_allowed_where_it_is_made(worked, rights):
    lacking = {(it.action, it.resource) for it in worked if not giving(rights, it)}

    assert len({it.action for it in worked}) > 60
    assert lacking == set()


def test_no_right_and_no_resource_is_given_that_nobody_needs(worked, rights):
    used = {found for need in worked for found in giving(rights, need)}
    of_rights, of_resources = {(sid, right) for sid, right, _ in used}, {(sid, generic(it)) for sid, _, it in used}

    assert {(it["Sid"], right) for it in rights for right in listed(it["Action"])} - of_rights == set()
    assert {(it["Sid"], generic(arn)) for it in rights for arn in listed(it["Resource"])} - of_resources == set()


def generic(arn):
    """Of whichever environment."""
    return arn.replace("prod", "local").replace(PROD.account_id, "000000000000")


def test_nothing_is_let_through_that_the_portal_never_does(rights, catalog):
    """What the tests above would not see: a policy of ``*``."""
    local = catalog.environment("local")
    bucket = f"arn:aws:s3:::{naming.config_bucket('local', local.account_id)}"
    refused = [
        Need("s3:PutObject", f"{bucket}/audit/x"),
        Need("s3:PutObject", f"{bucket}/provisioned/x", {"s3:if-none-match": "*"}),
        Need("s3:DeleteObject", f"{bucket}/heads/x"),
        Need("ssm:PutParameter", local.arn("ssm", "parameter/local/x"), {"ssm:Overwrite": "true"}),
        Need("secretsmanager:GetSecretValue", local.arn("secretsmanager", "secret:local/x")),
        Need("iam:PassRole", "arn:aws:iam::1:role/admin", {"iam:PassedToService": "ecs-tasks.amazonaws.com"}),
        Need("ecs:UpdateService", local.arn("ecs", "service/another/x")),
    ]

    assert [it for it in refused if giving(rights, it)] == []
