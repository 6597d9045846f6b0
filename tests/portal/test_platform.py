"""The platform's pages: what is pending and what has drifted, told truly and without asking AWS, and to be exported."""

import csv
import io
from datetime import timedelta

import pytest

from service_catalog import naming
from service_catalog.fingerprint import environment_fingerprint, service_fingerprint
from service_catalog.records.provisioned import ProvisionedEnvironment
from tests.fake_aws.environment import FakeEnvironment
from tests.fake_aws.service import refused
from tests.portal.api_client import token
from tests.portal.people import OTHER, OWNER, PLATFORM, Chosen
from tests.portal.reading import plain, row, rows, text_of
from tests.provisioning import a_service

PENDING, DRIFT = "/local/platform", "/local/platform/drift"
CHECKS, QUOTAS = "/local/platform/checks", "/local/platform/quotas"
PAGES = [PENDING, *(f"{PENDING}/{part}" for part in ("drift", "checks", "capacity", "quotas", "costs", "calls"))]
BALANCER = "app/alb-local-pub-1/2"
EXPORTS = {
    "public": {"listener_arn": "arn:listener", "load_balancer_arn_suffix": BALANCER},
    "alarm_topic_arn": "arn:aws:sns:ap-northeast-1:000000000000:local-alarms-0123456",
    "task_subnet_ids": ["subnet-1"],
}


@pytest.fixture
def up_to_date(running, catalog, orders):
    """What `slipway up` leaves behind: everything provisioned, released and verified as the catalog says it."""
    environment = catalog.environment("local")
    fingerprint = environment_fingerprint(environment)
    record = ProvisionedEnvironment(fingerprint=fingerprint, exports=EXPORTS)
    bucket, key = naming.config_bucket("local", environment.account_id), naming.provisioned_environment_key()
    running.aws.client("s3").put_object(Bucket=bucket, Key=key, Body=record.to_json())
    running.gateways.service_index.mark_applied("_environment", fingerprint)
    bring_up(running, catalog, orders)
    return running


def bring_up(running, catalog, service):
    slot = catalog.slot(service.name, "local")
    fingerprint = service_fingerprint(service, catalog.environment("local"), slot, EXPORTS)
    running.provision(service, fingerprint=fingerprint)
    running.gateways.service_index.mark_applied(service.name, fingerprint)


@pytest.fixture
def quiet(up_to_date):
    """Everything that the account holds, and it is little."""
    up_to_date.aws.elb.rules = {BALANCER: 3}
    up_to_date.aws.ec2.free = {"subnet-1": 200}
    return up_to_date


def facts_read(client, address):
    """The page as it is once what is read behind it is there."""
    text_of(client, address)
    client.application.extensions["slipway"].facts.look("local", patience_seconds=10)
    return text_of(client, address)


def rewrite(catalog, old, new):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace(old, new))
    catalog.update_lock()


def test_nothing_is_pending_of_what_is_up_to_date(client, up_to_date):
    assert "Nothing is pending in local" in plain(text_of(client, PENDING))
    assert "Nothing has drifted in local" in plain(text_of(client, DRIFT))


def test_what_the_catalog_changed_is_told_beside_what_runs(client, up_to_date, catalog):
    rewrite(catalog, "tasks: { min: 2, max: 4 }", "tasks: { min: 2, max: 8 }\ncompute: { cpu: 512, memory_mib: 1024 }")

    _, todo, differs, _, live = row(text_of(client, PENDING), "orders-api team-commerce")

    assert todo == "Provision changed slipway up local orders-api Settings"
    assert differs.startswith("compute.cpu: 256 → 512 compute.memory_mib: 512 → 1024 tasks.max: 4 → 8 cost a month:")
    assert live.startswith("image 2.13.4 env v1 release 1, ")


def test_what_is_provisioned_and_not_released_waits_for_a_release(client, up_to_date, catalog):
    rewrite(catalog, "tasks: {", "compute: { cpu: 512, memory_mib: 1024 }\ntasks: {")
    bring_up(up_to_date, catalog, catalog.service("orders-api", "local"))
    up_to_date.save("orders-api", "LOG_LEVEL=debug\n", base=1)

    _, todo, _, staged, _ = row(text_of(client, PENDING), "orders-api team-commerce")

    assert (todo, staged) == ("Release provisioned, and not released yet", "definition, env app v2")


def test_an_entry_that_is_the_same_may_still_be_provisioned_anew(client, up_to_date, orders):
    up_to_date.provision(orders, fingerprint="of another program")

    _, todo, differs, *_ = row(text_of(client, PENDING), "orders-api team-commerce")

    assert todo.startswith("Provision changed")
    assert differs.startswith("not the entry: the program, or what the environment gives it")


def test_a_run_that_waits_or_stopped_says_nothing_of_another_program(client, up_to_date):
    up_to_date.gateways.service_index.clear_applied("orders-api")

    _, todo, differs, *_ = row(text_of(client, PENDING), "orders-api team-commerce")

    assert todo.startswith("Provision the last run did not come through to its end")
    assert differs == "–"


def test_new_broken_and_left_services_are_pending_too(client, up_to_date, catalog):
    services = catalog.directory / "services"
    (services / "greeter.yaml").write_text(
        "name: greeter\nowner: team-x\nimage: { repository: greeter }\nkind: worker\nenvironments: { local: {} }\n"
    )
    (services / "torn.yaml").write_text("name: torn\nkind: nothing\nenvironments: { local: {} }\n")
    up_to_date.provision(a_service("old-batch"))

    found = rows(text_of(client, PENDING))

    assert found["greeter team-x"][1].startswith("Provision new")
    assert found["torn"][1].startswith("Catalog problem its entry has a problem")
    assert found["old-batch"][1].startswith("Destroy no longer in the catalog slipway up local")


def test_before_its_environment_stands_nothing_is_foreseen(client, local):
    found = rows(text_of(client, PENDING))

    assert found["The environment itself"][1].startswith("Provision new slipway up local")
    assert found["orders-api team-commerce"][1].startswith("Provision new")


def test_what_was_changed_or_deleted_outside_is_told_with_what_comes_next(client, up_to_date):
    up_to_date.change_outside("orders-api")

    _, what, comes = row(text_of(client, DRIFT), "orders-api")

    assert what.startswith("Changed outside what is live is not what its last release brought")
    assert comes.startswith("it is left as it is until somebody releases")


def test_tasks_of_nobody_are_told(client, up_to_date):
    ecs = up_to_date.aws.client("ecs")
    ecs.register_task_definition(family="batch", containerDefinitions=[{"name": "x", "image": "x"}], cpu="1024")
    ecs.run_task(cluster=naming.cluster("local"), taskDefinition="batch", count=3)
    for task in up_to_date.aws.ecs.tasks[naming.cluster("local")]:
        task.status = "RUNNING"

    assert (
        "3 tasks of the cluster belong to no service of Slipway; they take 3 vCPU"
        in row(text_of(client, DRIFT), "No service")[1]
    )


def test_pages_ask_aws_nothing_once_it_was_read_and_stay_while_it_is_silent(client, quiet, app):
    facts_read(client, PENDING)
    app.extensions["slipway"].collector.close()
    app.extensions["slipway"].facts.close()
    quiet.aws.asked.clear()
    quiet.aws.outage = True

    answers = [client.get(it).status_code for it in (*PAGES, f"{PENDING}/pending.csv", f"{QUOTAS}.json")]

    assert answers == [200] * len(answers)
    assert quiet.aws.asked == []


def test_while_aws_never_answered_the_page_says_so(client, local):
    local.aws.refusals["s3.list_objects_v2"] = refused("Throttling")

    assert "Nothing was read from AWS yet" in plain(text_of(client, PENDING))
    assert "Nothing is pending" not in plain(text_of(client, PENDING))
    assert "Being read from AWS" not in plain(text_of(client, QUOTAS))


def test_every_table_is_exported_as_csv_and_json_with_the_same_rows(client, up_to_date, catalog):
    rewrite(catalog, "tasks: { min: 2, max: 4 }", "tasks: { min: 2, max: 8 }")

    answer = client.get("/local/platform/pending.csv")
    [of_csv] = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    whole = client.get("/local/platform/pending.json").get_json()
    [of_json] = whole["rows"]

    assert answer.headers["Content-Disposition"] == 'attachment; filename="slipway-local-pending-2026-11-20.csv"'
    assert (whole["environment"], whole["part"]) == ("local", "pending")
    assert of_csv.keys() == of_json.keys()
    assert (of_csv["service"], of_csv["live"], of_csv["live_release"]) == ("orders-api", "2.13.4 + env v1", "1")
    assert of_json["catalog_changes"] == ["tasks.max: 4 → 8"]


def test_what_runs_out_first_stands_first_with_what_to_do_about_it(client, quiet):
    quiet.aws.elb.rules = {BALANCER: 87}
    quiet.aws.elb.limits = {"rules-per-application-load-balancer": "100"}

    page = facts_read(client, QUOTAS)
    found = rows(page)

    assert "Raise this first: rules of a load balancer ( alb-local-pub-1 )" in plain(page)
    assert found["rules of a load balancer alb-local-pub-1"][1:4] == ["87", "100", "87 %"]
    assert found["Elastic IPs"][1:4] == ["1", "5 AWS’s default", "20 %"]
    assert found["security groups"][1:4] == ["2", "2,500 AWS’s default", "0 %"]
    assert found["IAM roles"][1:4] == ["25", "1,000", "2 %"]
    assert found["vCPUs on Fargate"][1:4] == ["0.50 here alone", "6 AWS’s default", "8 %"]
    assert found["addresses of a subnet"][1] == "not known"  # the local cloud gives none


def test_a_part_that_may_not_be_read_takes_no_other_away_and_says_so(client, quiet):
    quiet.aws.refusals["iam.get_account_summary"] = refused("AccessDenied", "not authorized", 403)

    page = facts_read(client, QUOTAS)

    assert "AWS does not allow counting roles with these credentials: not authorized" in plain(page)
    assert "IAM roles" not in rows(page)
    assert "Elastic IPs" in rows(page)


def test_services_of_the_cluster_that_slipway_never_made_are_told(client, quiet):
    ecs = quiet.aws.client("ecs")
    ecs.register_task_definition(family="x", containerDefinitions=[{"name": "x", "image": "x"}])
    ecs.create_service(cluster=naming.cluster("local"), serviceName="by-hand", taskDefinition="x", desiredCount=0)

    page = facts_read(client, DRIFT)

    assert row(page, "by-hand")[1].startswith("Not registered ECS has this service in the cluster")


def test_who_has_not_confirmed_to_hear_of_alarms_is_told_of(client, quiet, catalog):
    file = catalog.directory / "environments" / "local.yaml"
    file.write_text(f"{file.read_text()}alarms: {{ emails: [on-call@example.com] }}\n")
    quiet.aws.sns.subscribes(EXPORTS["alarm_topic_arn"], "on-call@example.com")

    assert "Alarms do not reach on-call@example.com yet" in plain(facts_read(client, PENDING))


def test_who_does_not_hear_of_releases_is_told_of_and_what_nobody_heard_of(client, quiet, catalog):
    file = catalog.directory / "environments" / "local.yaml"
    file.write_text(f"{file.read_text()}events: {{ receivers: ['https://ci.example.com/x'] }}\n")
    topic = catalog.environment("local").arn("sns", naming.events_topic("local"))
    quiet.aws.sns.subscribes(topic, "https://ci.example.com/x")
    quiet.aws.refusals["sns.publish"] = refused("AuthorizationError", "no", 403)
    quiet.push("orders-api", "1.0.0")
    begun = quiet.begin("orders-api", "1.0.0")
    quiet.ends("orders-api")
    client.application.extensions["slipway"].gateways("local").releases.settle("orders-api")

    page = plain(facts_read(client, PENDING))

    assert f"Releases are not told to {naming.receiver_words('https://ci.example.com/x')} yet" in page
    assert f"local/orders-api/releases/{begun.number}/ended" in page


def test_capacity_is_told_by_kind_team_and_service(client, quiet):
    page = text_of(client, f"{PENDING}/capacity")

    assert row(page, "Fargate") == ["Fargate", "2", "0.50", "1.0"]
    assert row(page, "team-commerce") == ["team-commerce", "1", "2", "0.50", "1.0", "1.00", "Fargate 0.50"]
    assert row(page, "orders-api") == ["orders-api", "team-commerce", "2", "0.50", "1.0", "1.00", "Fargate 0.50"]


def test_costs_are_told_by_team_and_environment(client, quiet):
    page = text_of(client, f"{PENDING}/costs")

    [team] = client.get(f"{PENDING}/costs.json").get_json()["rows"][1:2]
    assert (team["owner"], team["environment"], team["service"]) == ("team-commerce", "local", "orders-api")
    low, high = round(team["usd_a_month_from"]), round(team["usd_a_month_to"])
    assert row(page, "team-commerce") == ["team-commerce", f"{low}–{high}", "0", "0"]  # the local one is in no sum


@pytest.fixture
def billing(aws, catalog):
    """Another environment, in which the portal asks what was billed."""
    file = catalog.directory / "environments" / "dev.yaml"
    file.write_text(f"{file.read_text()}cost_explorer: true\n")
    entry = catalog.directory / "services" / "orders-api.yaml"
    entry.write_text(entry.read_text().replace("{ local: {} }", "{ local: {}, dev: {} }"))
    aws.cost_explorer.billed = {"2026-10": {"orders-api": 41.5, "gone": 3.0, "": 96.0}}
    made = FakeEnvironment(aws, catalog.environment("dev"))
    made.subscribe()
    return made


def test_what_was_billed_stands_beside_the_estimate(client, billing):
    text_of(client, "/dev/platform/costs")
    client.application.extensions["slipway"].facts.look("dev", patience_seconds=10)
    page = text_of(client, "/dev/platform/costs")

    billed = page[page.index('id="billed"') :]
    assert row(billed, "team-commerce")[1:] == ["41.50", "0.00"]
    assert row(billed, "Services that left the catalog")[1:] == ["3.00", "0.00"]
    assert row(billed, "Together")[1:] == ["140.50", "0.00"]
    assert "Told by Cost Explorer at 2026-11-20" in plain(billed)
    told = client.get("/dev/platform/bill.json").get_json()["rows"]
    assert [it["amount"] for it in told if it["is_closed"]] == [96.0, 41.5, 3.0]


def test_that_cost_explorer_refused_is_told_with_when_it_is_asked_again(client, billing):
    billing.aws.refusals["ce.get_cost_and_usage"] = refused("AccessDeniedException", "not enabled")
    text_of(client, "/dev/platform/costs")
    client.application.extensions["slipway"].facts.look("dev", patience_seconds=10)

    page = plain(text_of(client, "/dev/platform/costs"))

    assert "not enabled Cost Explorer was asked at 2026-11-20" in page


def test_an_environment_whose_entry_changed_is_asked_as_that_says(app, catalog):
    gateways, file = app.extensions["slipway"].gateways, catalog.directory / "environments" / "dev.yaml"
    before = gateways("dev")
    assert gateways("dev") is before

    file.write_text(f"{file.read_text()}cost_explorer: true\n")
    assert gateways("dev").environment.cost_explorer
    file.write_text("name: [")
    assert gateways("dev").environment.cost_explorer


def test_where_nobody_asks_what_was_billed_the_page_says_how_to(client, quiet):
    assert "The local cloud bills nothing." in plain(text_of(client, f"{PENDING}/costs"))
    assert "With cost_explorer: true in the environment’s entry" in plain(text_of(client, "/dev/platform/costs"))


def test_checks_are_filtered_by_team_and_kind_and_exported_as_they_are_shown(client, quiet):
    quiet.provision(a_service("mailer", owner="team-crm"))
    quiet.release("orders-api", "2.14.0", ends="rolled-back")

    page = text_of(client, f"{CHECKS}?check=release-failed")

    assert "All 6 Release failed 1 Never released 1" in plain(page)
    assert row(page, "orders-api")[1].startswith("Release failed release 2 (2.14.0) did not come through")
    assert "mailer" not in rows(page)
    exported = client.get("/local/platform/checks.json?check=never-released").get_json()["rows"]
    assert [it["service"] for it in exported] == ["mailer"]


def test_who_owns_a_token_that_ends_is_told_on_every_page_and_on_this_one(client, quiet, app):
    app.extensions["slipway"].who = Chosen(OWNER)
    token(app, days=3)

    assert "1 token ends" in plain(text_of(client, "/local/services"))
    assert row(text_of(client, CHECKS), "Token CI")[1:3] == ["Comes to an end it expires in 3 days", "Sato Yui"]
    app.extensions["slipway"].who = Chosen(OTHER)
    assert "1 token ends" not in plain(text_of(client, "/local/services"))
    assert "Token CI" not in rows(text_of(client, CHECKS))
    app.extensions["slipway"].who = Chosen(PLATFORM)
    assert "1 token ends" not in plain(text_of(client, "/local/services"))
    assert "Token CI" in rows(text_of(client, CHECKS))


def test_secrets_and_idle_services_are_told_once_they_were_read(client, quiet):
    quiet.aws.ssm.parameters.add("/local/orders-api/url")
    tasks = {"ClusterName": naming.cluster("local"), "ServiceName": naming.ecs_service("local", "orders-api")}
    quiet.aws.cloudwatch.measures("AWS/ECS", "CPUUtilization", tasks, [0.1] * 15 * 24 * 60)

    page = facts_read(client, CHECKS)

    assert "Not used no entry names the secret /local/orders-api/url; earlier releases may" in plain(page)
    assert "Idle no request in the last 14 days, at 0.1 % CPU a day at most" in plain(page)
    assert "1 service idles , at about $" in plain(text_of(client, f"{PENDING}/costs"))
    [exported] = client.get("/local/platform/checks.json?check=idle").get_json()["rows"]
    assert exported["usd_a_month"] > 1


def test_how_old_is_old_is_asked_for(client, quiet):
    quiet.aws.now += timedelta(days=40)

    assert "Old release" not in plain(text_of(client, CHECKS))
    assert "Old release its last release is release 1" in plain(text_of(client, f"{CHECKS}?days=30"))
    wrong = text_of(client, f"{CHECKS}?days=many")
    assert "Write a number of days from 1 to 3650. What is shown is old after" in plain(wrong)
    assert 'value="many"' in wrong


def test_calls_are_counted_by_the_family_that_aws_throttles(client, quiet):
    page = text_of(client, f"{PENDING}/calls")

    assert "ecs.describe_services 1" in row(page, "ECS: service reads ecs.describe_services 1")[0]


def test_a_page_shows_so_many_rows_and_the_export_has_all(client, quiet, catalog):
    entry = "name: {name}\nowner: team-x\nimage: {{ repository: x }}\nkind: worker\nenvironments: {{ local: {{}} }}\n"
    for number in range(101):
        name = f"s{number:03}"
        (catalog.directory / "services" / f"{name}.yaml").write_text(entry.format(name=name))

    page = text_of(client, PENDING)

    assert "Shown are 100 of 101; the export has all." in plain(page)
    assert len(client.get(f"{PENDING}/pending.json").get_json()["rows"]) == 101
