import re

import pytest

from portal.text.releases import words_beside
from service_catalog.model import Compute, Exposure, Image
from service_catalog.records.releases import Contents
from tests.portal.reading import plain as words
from tests.portal.reading import row, rows, text_of
from tests.provisioning import a_service


def test_front_door_leads_to_the_local_environment(client):
    answer = client.get("/")

    assert (answer.status_code, answer.location) == (303, "/local/services")


def test_list_asks_aws_nothing_on_the_request_itself(client, running):
    client.get("/local/services")
    running.aws.requests.clear()
    running.aws.outage = True

    page = text_of(client, "/local/services?q=orders")

    assert "orders-api" in page
    behind_it = [name for name, said in list(running.aws.requests) if str(said.get("Prefix")).startswith("portal/")]
    assert len(running.aws.requests) == len(behind_it)


def test_list_says_tasks_image_env_owner_and_last_release(client, running):
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)

    assert row(text_of(client, "/local/services"), "orders-api") == [
        "orders-api",
        "Healthy",
        "2 / 2",
        "2.13.4",
        "v1 v2 staged",
        "team-commerce",
        "19 h ago, Ito Haruka",
    ]


def test_service_that_waits_for_a_person_stands_in_its_group(client, running):
    assert "Steady · 1" in words(text_of(client, "/local/services"))
    running.save("orders-api", "LOG_LEVEL=debug\n", base=1)
    client.application.extensions["slipway"].collector.outdate("local")

    assert "Waiting for a person · 1" in words(text_of(client, "/local/services"))


def test_rolled_back_release_says_why_in_the_list(client, running):
    running.begin("orders-api", "2.14.0")
    running.fails("orders-api", exit_code=139)
    running.end("orders-api", "rolled-back")

    cells = row(text_of(client, "/local/services"), "orders-api")

    assert cells[1] == "Rolled back 2.14.0 + env v1: Most likely: the program crashed (segmentation fault)"


def test_service_of_the_catalog_alone_is_not_provisioned(client, local):
    assert row(text_of(client, "/local/services"), "orders-api")[1] == "Not provisioned"


def test_service_that_left_the_catalog_is_still_listed(client, running):
    running.provision(a_service("retired"))

    assert row(text_of(client, "/local/services"), "retired")[1] == "Not in the catalog"


def test_broken_entry_is_a_row_that_says_what_is_wrong(client, catalog, running):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace("port: 8080", "port: eighty"))

    assert row(text_of(client, "/local/services"), "orders-api")[1] == (
        "Catalog problem services/orders-api.yaml:5: port: must be a whole number, got 'eighty'"
    )


@pytest.mark.parametrize(("asked", "is_shown"), [("q=ORDERS", True), ("q=zzz", False), ("owner=team-x", False)])
def test_filter_works_without_script(client, running, asked, is_shown):
    page = text_of(client, f"/local/services?{asked}")

    assert ("orders-api" in rows(page)) == is_shown


def test_page_of_a_rollout_shows_steps_and_the_way_back(client, running):
    running.begin("orders-api", "2.14.0", who="Sato Yui", why="Split shipping")
    running.fails("orders-api")
    running.aws.ecs.service("orders-api").start(1)

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Release 2 is rolling out" in page
    assert "Stop and roll back to 2.13.4 + env v1" in page
    assert "1 of 2 healthy, 1 failed" in page
    assert "If 2 more tasks fail, ECS rolls back to 2.13.4 + env v1 automatically." in page
    assert "Sato Yui’s release 2 is in progress. You can deploy once it has ended." in page


def test_failing_task_is_diagnosed_while_it_rolls_out(client, running):
    running.save("orders-api", "LOG_LEVEL=info\n", base=1)
    running.begin("orders-api", env=2)
    running.aws.passes(seconds=34)
    task = running.fails("orders-api", "starting", "ERROR missing setting DB_POOL_SIZE")

    page = words(text_of(client, "/local/services/orders-api"))

    assert f"Task {task.id[:8]} stopped 34 s after its start" in page
    assert "DB_POOL_SIZE, which this release removed" in page
    assert "Put DB_POOL_SIZE back in app.env" in page
    assert "ERROR missing setting DB_POOL_SIZE" in page


def test_release_that_was_rolled_back_is_told_with_what_runs_again(client, running):
    running.begin("orders-api", "2.14.0")
    running.fails("orders-api", "ERROR missing setting A")
    running.end("orders-api", "rolled-back")

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Release 2 failed and was rolled back" in page
    assert "2.13.4 + env v1 runs again" in page
    assert "ERROR missing setting A" in page
    assert "Try 2.14.0 + env v1 again…" in page


def test_failure_says_what_to_do_before_it_quotes_ecs(client, running):
    group = "arn:aws:elasticloadbalancing:ap-northeast-1:000000000000:targetgroup/orders/0a1"
    running.save("orders-api", "LOG_LEVEL=info\n", base=1)
    running.begin("orders-api", env=2)
    reason = f"Task failed ELB health checks in (target-group {group})"
    task = running.fails("orders-api", "ERROR missing setting DB_POOL_SIZE", reason=reason)
    running.end("orders-api", "rolled-back")

    page = text_of(client, "/local/services/orders-api")
    failure = words(page.partition('aria-labelledby="failed"')[2].partition("</section>")[0])

    told = [
        "Most likely: the program complains about DB_POOL_SIZE, which this release removed",
        "What you can do Put DB_POOL_SIZE back in app.env, and save Apply what you saved",
        "Put DB_POOL_SIZE back in app.env Open the task’s log Last lines of its log",
        "ERROR missing setting DB_POOL_SIZE In the words of ECS:",
        "“Service deployment rolled back because the circuit breaker threshold was exceeded.”",
        f"“task {task.id[:8]}: Task failed ELB health checks in (target-group orders)",
    ]
    assert sorted(told, key=failure.index) == told
    assert failure.count(f"task {task.id[:8]}") == 1
    assert "arn:aws:elasticloadbalancing" not in page


def test_first_release_that_lacks_a_key_offers_to_add_it(client, local, orders):
    local.provision(orders)
    local.begin("orders-api", "2.14.0")
    local.fails("orders-api", "missing required setting PAYMENTS_URL")
    local.end("orders-api", "rolled-back")

    page = words(text_of(client, "/local/services/orders-api"))

    assert "Release 1 failed" in page
    assert "What you can do Add PAYMENTS_URL to app.env, and save Start the release again" in page


@pytest.mark.parametrize(
    ("ends", "state"), [(None, "Rolling out"), ("rolled-back", "Rolled back"), ("succeeded", "Healthy")]
)
def test_head_says_what_its_page_says_though_the_list_is_behind(client, running, ends, state):
    text_of(client, "/local/services/orders-api")
    running.begin("orders-api", "2.14.0")
    if ends:
        running.end("orders-api", ends)
    collector = client.application.extensions["slipway"].collector
    before = collector.held("local")

    for tab in ("", "/tasks", "/releases"):
        client.application.extensions["slipway"].readings.forget(("local", "orders-api"))
        assert head_of(text_of(client, f"/local/services/orders-api{tab}")) == state
    assert before.value.rows["orders-api"].state.word == "Healthy"


def test_head_of_what_was_provisioned_just_now_says_so(client, local, orders):
    assert head_of(text_of(client, "/local/services/orders-api")) == "Not provisioned"
    local.provision(orders)
    client.application.extensions["slipway"].readings.forget(("local", "orders-api"))

    assert head_of(text_of(client, "/local/services/orders-api")) == "No release yet"


def test_first_deploy_offers_the_highest_version_and_not_latest(client, local, orders):
    local.push("pricing", "latest", "2.0.0-broken", "1.9.0", "1.10.0")
    local.provision(orders.model_copy(update={"image": Image(repository="pricing")}))

    page = text_of(client, "/local/services/orders-api")

    assert re.findall(r'<option value="([^"]+)" selected>', page) == ["1.10.0"]


def test_tags_say_how_old_they_are_which_is_the_newest_and_their_digest(client, running):
    page = words(text_of(client, "/local/services/orders-api"))

    _oldest, older, newest = (digest[:15] for digest in running.aws.ecr.repositories["orders-api"])
    assert f"2.14.0, newest, pushed 0 s ago, {newest} 2.13.4, runs now, pushed 0 s ago, {older}" in page


def test_crash_that_ecs_healed_leaves_a_trace_on_the_page(client, running):
    running.fails("orders-api")

    assert "Restarts 1 in the last hour" in words(text_of(client, "/local/services/orders-api"))


def test_tasks_are_restarted_with_one_button(client, running):
    page = text_of(client, "/local/services/orders-api")
    review = words(text_of(client, "/local/services/orders-api/releases/new?definition=keep"))

    assert 'href="/local/services/orders-api/releases/new?definition=keep">Restart tasks…</a>' in page
    assert "Restart the tasks Not now" in review


def test_switch_between_environments_stays_at_the_service_where_it_is_in_both(client, running, catalog):
    path = catalog.directory / "services" / "orders-api.yaml"
    assert '<a href="/dev/services">dev</a>' in text_of(client, "/local/services/orders-api")
    path.write_text(path.read_text().replace("{ local: {} }", "{ local: {}, dev: {} }"))

    assert '<a href="/dev/services/orders-api">dev</a>' in text_of(client, "/local/services/orders-api")


def test_buttons_name_only_the_env_files_that_differ(client):
    contents = [Contents("r/x:1.0.0", {"app": app, "synonyms": 1}, "") for app in (1, 2)]

    assert words_beside(contents[1], contents[0]) == "1.0.0 + env app v2"
    assert words_beside(contents[0], contents[0]) == "1.0.0"
    assert words_beside(contents[0], None) == "1.0.0 + env app v1 + env synonyms v1"


def head_of(page):
    return words(page.partition("</h1>")[2].partition("</div>")[0])


def test_staged_definition_is_shown_in_words_with_a_way_to_apply_it(client, running, orders):
    running.provision(orders.model_copy(update={"compute": Compute(cpu=512, memory_mib=1024)}))

    page = words(text_of(client, "/local/services/orders-api"))

    assert "definition cpu 256 → 512" in page
    assert "Apply the definition…" in page


def test_page_shows_events_facts_and_the_address(client, running):
    running.aws.ecs.service("orders-api").happens("has reached a steady state")

    page = text_of(client, "/local/services/orders-api")

    assert '<a href="http://127.0.0.1:8081/orders-api" rel="noreferrer">' in page
    assert "has reached a steady state" in page
    assert "0.25 vCPU, 0.5 GB, x86_64" in words(page)


def test_env_values_are_not_on_the_page_of_the_service(client, running):
    running.save("orders-api", "LOG_LEVEL=very-loud\n", base=1)

    assert "very-loud" not in text_of(client, "/local/services/orders-api")


def test_a_name_that_no_file_can_have_is_a_404(client, running):
    assert client.get("/local/services/%00").status_code == 404


def test_unknown_service_is_a_404_with_the_nearest_name(client, running):
    answer = client.get("/local/services/ordres-api")

    assert answer.status_code == 404
    assert "Did you mean orders-api ?" in words(answer.get_data(as_text=True))


def test_a_page_says_what_its_service_costs_a_month_on_aws(client, running):
    page = words(text_of(client, "/local/services/orders-api"))

    assert re.search(r"Cost a month \$\d+ (to \$\d+ )?on AWS, at list prices of 20", page)


@pytest.mark.parametrize(
    ("url", "is_link"),
    [("http://lb.example/orders", True), ("tcp://lb.example:6379", False), ("https://*.example.com/", False)],
)
def test_an_address_is_a_link_where_a_browser_opens_it(client, local, orders, url, is_link):
    local.provision(orders, reach={"url": url, "dimensions": {}})

    page = text_of(client, "/local/services/orders-api")

    assert url in words(page)
    assert (f'href="{url}"' in page) == is_link


def test_hosts_without_a_record_are_told_with_what_they_are_to_point_at(client, local, orders):
    exposure = {"audience": "public", "host": "shop.example.com", "rules": [{"host": "*.example.org"}]}
    reach = {"url": "http://shop.example.com/", "dimensions": {}, "load_balancer": "alb-2.elb.amazonaws.com"}
    local.provision(orders.model_copy(update={"exposure": Exposure.model_validate(exposure)}), reach=reach)

    told = words(text_of(client, "/local/services/orders-api"))

    assert "Names in DNS shop.example.com , *.example.org answer here below localhost" in told
