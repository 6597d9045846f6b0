import html
import re

import pytest

from portal.registration import labels, row_numbers
from tests.fake_aws.service import refused as refused_by_aws
from tests.portal.conftest import ORDERS
from tests.portal.people import OTHER, OWNER, PLATFORM, Chosen
from tests.portal.reading import part, plain, text_of

NEW = "/local/services/new"
STOCK = {
    "name": "stock-api",
    "owner": "team-commerce",
    "port": "8080",
    "image.repository": "stock-api",
    "exposure": "on",
    "exposure.audience": "public",
    "exposure.paths": "/stock\r\n/stock/*",
    "compute.cpu": "256",
    "compute.memory_mib": "512",
    "environments": "local",
}
STOCK_YAML = """\
name: stock-api
owner: team-commerce
image:
  repository: stock-api
port: 8080
exposure:
  audience: public
  paths: [/stock, /stock/*]
environments:
  local: {}
"""


def test_every_field_of_the_kind_is_a_field_of_the_form(client):
    page = text_of(client, NEW)
    asked = labels.shown_controls("web")

    assert [it.name for it in asked if it.shape != "rows" and f'name="{it.name}"' not in page] == []
    assert [it.name for it in asked if it.shape == "rows" and f'id="{it.name}"' not in page] == []


def test_form_shows_the_yaml_that_it_would_write(post, catalog):
    answer = post(NEW, NEW, **STOCK, do="check")

    assert answer.status_code == 200
    assert yaml_of(answer.text) == STOCK_YAML
    assert catalog.service_names("local") == ["orders-api"]


def test_a_checked_entry_says_what_a_month_costs_in_each_of_its_environments(post):
    checked = plain(
        post(NEW, NEW, **STOCK | {"tasks.min": "2", "tasks.max": "4", "scaling.cpu_percent": "60"}, do="check").text
    )

    assert "About $31 to $54 a month in local" in checked
    assert "tasks: 2 to 4, each of 256 CPU units and 512 MiB 22.49 44.98" in checked
    assert "its share of the public load balancer: one of 2" in checked
    assert "a month in" not in plain(post(NEW, NEW, **STOCK | {"port": "no"}, do="check").text)


def test_what_runs_on_instances_has_no_cost_of_its_own(post, catalog):
    file = catalog.directory / "environments" / "local.yaml"
    file.write_text(file.read_text() + "capacity: { ec2: { instance_types: [m7g.large], max: 2 } }\n")
    stock = STOCK | {"compute.capacity": "ec2", "compute.architecture": "arm64"}

    checked = plain(post(NEW, NEW, **stock, do="check").text)

    assert "Runs on instances of local, which are paid for as a whole" in checked
    assert "a month in local" not in checked


def test_large_rows_are_there_once_somebody_asks_for_them(post):
    empty = text_of(post.client, NEW)
    asked = post(NEW, NEW, **STOCK, do="more:sidecars").text

    assert 'name="secrets.1.ssm"' in empty
    assert 'name="sidecars.0.preset"' not in empty
    assert 'name="sidecars.1.secrets.1.ssm"' in asked
    assert len(empty) < 200_000


def test_registered_service_is_in_the_catalog_with_its_slot(post, catalog):
    answer = post(NEW, NEW, **STOCK, do="register")

    assert (answer.status_code, answer.location) == (303, "/local/services/stock-api")
    assert catalog.entry_text("stock-api") == STOCK_YAML
    assert catalog.problems() == []
    page = plain(text_of(post.client, answer.location))
    assert "stock-api is in the catalog, and not provisioned yet" in page
    assert "slipway up local stock-api pulumi up -s local.stock-api" in page


def test_every_problem_is_told_at_once_beside_its_field_and_its_line(post):
    bad = STOCK | {"name": "Stock API", "port": "80a", "owner": ""}

    answer = post(NEW, NEW, **bad, do="register")

    assert answer.status_code == 422
    assert "Not registered yet: 3 answers need a change. Everything you typed is still here." in plain(answer.text)
    assert problem(answer.text, "port") == "must be a whole number, got '80a'"
    assert problem(answer.text, "owner") == "is missing"
    assert 'value="80a"' in answer.text
    assert "Line 4 Port: must be a whole number, got '80a'" in plain(answer.text)


def test_path_of_another_service_is_refused_beside_the_paths(post):
    answer = post(NEW, NEW, **STOCK | {"exposure.paths": "/orders/*"}, do="check")

    assert answer.status_code == 422
    assert "orders-api" in problem(answer.text, "exposure.paths")


def test_edited_yaml_is_written_as_it_was_typed(post, catalog):
    edited = STOCK_YAML.replace("port: 8080", "port: 9090 # as ever")

    answer = post(NEW, NEW, **STOCK, yaml=edited, yaml_seen=STOCK_YAML, do="register")

    assert answer.status_code == 303
    assert catalog.entry_text("stock-api") == edited


def test_edited_form_and_edited_yaml_are_not_guessed_between(post, catalog):
    both = STOCK | {"port": "7070", "yaml": STOCK_YAML.replace("8080", "9090"), "yaml_seen": STOCK_YAML}

    torn = post(NEW, NEW, **both, do="register")
    chosen = post(NEW, NEW, **both, do="from-yaml")

    assert torn.status_code == 422
    assert 'value="7070"' in torn.text
    assert "port: 9090" in yaml_of(torn.text)
    assert 'name="port" value="9090"' in chosen.text
    assert catalog.service_names("local") == ["orders-api"]


def test_two_that_differ_stay_both_until_one_is_taken(post, catalog):
    both = STOCK | {"yaml": STOCK_YAML.replace("stock-api", "yaml-name") + "# mine\n", "yaml_seen": ""}

    torn = post(NEW, NEW, **both, do="register")
    again = post(NEW, NEW, **both | {"yaml_seen": seen_of(torn.text)}, do="register")

    assert [torn.status_code, again.status_code] == [422, 422]
    assert yaml_of(again.text) == both["yaml"]
    assert 'id="name-problem"' not in torn.text
    assert "<strong>Not registered</strong>" in torn.text
    assert catalog.service_names("local") == ["orders-api"]


def test_edited_yaml_is_told_all_its_problems_at_once(post):
    edited = STOCK_YAML.replace("port: 8080", 'port: "8080"') + "exec: yes\n"

    answer = post(NEW, NEW, **STOCK, yaml=edited, yaml_seen=STOCK_YAML, do="check")

    assert "must be a whole number" in answer.text
    assert "true or false" in answer.text
    assert yaml_of(answer.text) == edited


def test_yaml_that_cannot_be_read_keeps_form_and_text(post):
    answer = post(NEW, NEW, **STOCK, yaml="name: [", yaml_seen=STOCK_YAML, do="check")

    assert answer.status_code == 422
    assert "is not YAML" in plain(answer.text)
    assert 'value="team-commerce"' in answer.text


def test_copy_fills_the_form_but_for_what_must_be_its_own(client):
    page = text_of(client, f"{NEW}?copy=orders-api")

    assert 'name="owner" value="team-commerce"' in page
    assert 'name="name" value=""' in page
    assert "env_files: [app]" in yaml_of(page)


def test_paths_are_asked_for_and_never_taken_by_leaving_them_blank(client, post, catalog):
    page = text_of(client, NEW)
    answer = post(NEW, NEW, **STOCK | {"exposure.paths": ""}, do="register")

    assert paths_of(page) == ""
    assert "<option selected>internal</option>" in page
    assert 'id="exposure" name="exposure" value="on" checked' in page
    assert answer.status_code == 422
    assert problem(answer.text, "exposure.paths") == "must name the paths that it answers; write /* for all of them"
    assert catalog.service_names("local") == ["orders-api"]


@pytest.mark.parametrize("said", [{"exposure.paths": "/*"}, {"exposure.paths": "", "exposure.host": "stock.test"}])
def test_all_paths_are_taken_by_who_says_so(post, said):
    assert post(NEW, NEW, **STOCK | said, do="check").status_code == 200


def test_copy_does_not_keep_the_paths_of_the_other(client):
    page = text_of(client, f"{NEW}?copy=orders-api")

    assert paths_of(page) == ""
    assert "paths: []" in yaml_of(page)
    assert "/orders" not in yaml_of(page)


def test_hint_of_several_lines_ends_before_it_says_so(client):
    assert "so say both. One per line." in plain(text_of(client, NEW))


def test_answers_that_would_be_dropped_are_told_beside_their_field(post):
    rows = {"environment.0.KEY": "A", "environment.0.VALUE": "1", "environment.1.KEY": "A", "environment.1.VALUE": "2"}

    answer = post(NEW, NEW, **STOCK | rows | {"overrides": "dev: { port: 1 }"}, do="register")

    assert answer.status_code == 422
    assert problem(answer.text, "environment") == "'A' is listed twice; give each a name of its own"
    assert problem(answer.text, "overrides").startswith("'dev' is not ticked; tick it under Where it exists")
    assert "2 answers need a change" in plain(answer.text)


@pytest.mark.parametrize("number", ["1000", "2000000", pytest.param("9" * 5000, id="9…"), "007", "-1", "\u0663"])
def test_row_that_no_form_of_ours_has_is_ignored(post, number):
    answer = post(NEW, NEW, **{f"secrets.{number}.KEY": "ODD"}, do="check")

    assert answer.status_code == 422
    assert len(answer.text) < 150_000
    assert "ODD" not in answer.text


def test_problems_are_told_by_the_labels_that_the_page_shows(post):
    answer = post(NEW, NEW, **(STOCK | {"owner": "", "exposure.paths": "stock"}), do="check")

    told = plain(part(answer.text, r'<ul class="plain">(.*?)</ul>'))
    assert "Owner: is missing" in told
    assert "Paths: must begin with '/'" in told


def test_a_problem_of_a_whole_section_marks_a_field_that_is_there(post):
    percents = {"deployment.minimum_healthy_percent": "100", "deployment.maximum_percent": "100"}

    page = post(NEW, NEW, **STOCK, **percents, do="check").text

    [link] = re.findall(r'<a href="#(deployment[^"]*)">', page)
    assert f'id="{link}"' in page
    assert '<details class="panel" open>' in page


def test_a_typo_in_what_an_environment_overrides_marks_the_overrides(post):
    page = post(NEW, NEW, **STOCK, overrides="local: { tsks: { min: 2 } }", do="check").text

    assert "did you mean &#39;tasks&#39;?" in part(page, r'<p id="overrides-problem">(.*?)</p>')


def test_rows_can_be_added_and_what_was_typed_stays(post):
    filled = {f"secrets.{number}.KEY": f"KEY_{number}" for number in range(2)}
    before = len(re.findall(r'name="secrets\.\d+\.KEY"', post(NEW, NEW, **STOCK, **filled, do="check").text))

    page = post(NEW, NEW, **STOCK, **filled, do="more:secrets").text

    assert len(re.findall(r'name="secrets\.\d+\.KEY"', page)) == before + row_numbers.SPARE
    assert 'value="KEY_1"' in page
    assert "Not registered yet" not in page


@pytest.mark.parametrize("typed", ["0123", "８０８０", "1e3"])
def test_a_number_that_is_not_written_as_one_is_told_and_not_guessed(post, typed):
    answer = post(NEW, NEW, **(STOCK | {"port": typed}), do="check")

    assert answer.status_code == 422
    assert "must be a whole number" in problem(answer.text, "port")


def test_a_new_owner_is_pointed_out_and_those_there_are_offered(post, running):
    post.client.get("/local/services")  # which waits for the first reading
    page = post(NEW, NEW, **(STOCK | {"owner": "team-comerce"}), do="check").text

    assert "<option>team-commerce</option>" in page
    assert "No other service has this owner" in page


def test_a_check_says_which_image_is_there_to_deploy(post, running):
    page = plain(post(NEW, NEW, **(STOCK | {"image.repository": "orders-api"}), do="check").text)

    assert "Newest tags:" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("stock-api", "No service is called stock-api yet."),
        ("orders-api", "orders-api is taken: team-commerce has it in local."),
        ("My Svc", "It could be called my-svc, as no service is yet."),
        ("Ｏrders　API", "orders-api is taken: team-commerce has it in local."),
        ("注文", ""),
        ("new", ""),
    ],
)
def test_a_name_is_said_to_be_free_or_taken_while_it_is_typed(post, typed, told):
    known = post(NEW, NEW, name=typed, do="known").text

    assert plain(part(known, r'<div data-known="name"[^>]*>(.*?)</div>')).removesuffix("Take my-svc").strip() == told


def test_a_name_that_left_the_catalog_and_is_still_in_aws_is_taken(post, running, catalog):
    catalog.remove("orders-api", ORDERS)
    text_of(post.client, "/local/services")  # as the list has it

    known = post(NEW, NEW, name="orders-api", do="known").text

    assert "orders-api is taken" in known


def test_a_name_that_was_offered_is_taken_and_nothing_else_is_lost(post):
    checked = post(NEW, NEW, **STOCK | {"name": "Stock API"}, do="check").text
    assert 'name="do" value="name:stock-api"' in checked

    page = post(NEW, NEW, **STOCK | {"name": "Stock API"}, do="name:stock-api").text

    assert yaml_of(page) == STOCK_YAML


def test_sizes_are_fargates_pairs_with_what_a_task_costs(post):
    page = post(NEW, NEW, **STOCK, do="known").text
    spot = post(NEW, NEW, **STOCK, **{"compute.capacity": "fargate-spot"}, do="known").text
    own = post(NEW, NEW, **STOCK, **{"compute.capacity": "ec2"}, do="known").text

    assert '<option value="256x512" selected>256 × 512 MiB · $11.25 a month</option>' in page
    assert '<option value="256x4096"' not in page
    assert '<option value="256x512" selected>256 × 512 MiB · $3.37 a month</option>' in spot
    assert "<option" not in own


def test_a_size_is_taken_as_a_pair(post):
    page = post(NEW, NEW, **STOCK, size="1024x4096", do="size").text

    assert "compute: { cpu: 1024, memory_mib: 4096 }\n" in yaml_of(page)


def test_how_much_room_is_left_stands_beside_the_paths(post, catalog):
    catalog.update_lock()

    page = plain(post(NEW, NEW, **STOCK, do="known").text)

    assert "99 rules left at the public load balancer" in page


def test_a_registry_that_does_not_answer_is_said_and_stops_nobody(post, running):
    running.aws.refusals["ecr.describe_images"] = refused_by_aws("ThrottlingException", "Rate exceeded")

    known = plain(post(NEW, NEW, **STOCK, do="known").text)

    assert "Its images could not be looked up now." in known
    assert "No service is called stock-api yet." in known


def test_a_page_that_is_opened_asks_the_registry_nothing(post, running):
    running.aws.asked.clear()

    text_of(post.client, "/local/services/orders-api/settings")

    assert [it for it in running.aws.asked if it.startswith("ecr.")] == []


def test_what_is_allowed_and_hardly_meant_is_pointed_out(post):
    answer = post(NEW, NEW, **STOCK, **{"tasks.max": "4"}, do="check")

    assert answer.status_code == 200
    assert "has no effect: nothing scales without scaling" in plain(answer.text).replace("`", "")


def test_fields_without_a_default_are_marked(client):
    page = text_of(client, NEW)

    assert re.findall(r'<label for="([^"]+)" data-mark="required">', page) == [
        "name",
        "owner",
        "image.repository",
    ]


WORKER_YAML = STOCK_YAML.split("port:")[0] + "kind: worker\nqueue: { retries: 3 }\nenvironments:\n  local: {}\n"


def test_the_form_asks_for_the_fields_of_the_kind(post):
    page = post(NEW, NEW, yaml=WORKER_YAML, yaml_seen="", do="from-yaml").text

    assert 'name="queue.retries" value="3"' in page
    assert 'id="port"' not in page
    assert 'id="exposure"' not in page
    assert 'id="queue.visibility_seconds"' in page


def test_another_kind_keeps_what_was_typed(post):
    as_worker = post(NEW, NEW, **STOCK, kind="worker", do="kind")
    back = post(NEW, NEW, **answers_on(as_worker.text) | {"kind": "web", "do": "kind"})

    assert as_worker.status_code == 200
    assert "port:" not in yaml_of(as_worker.text)
    assert "queue: {}" in yaml_of(as_worker.text)
    assert "A name, an owner and an image are enough" in as_worker.text
    assert "lock.yaml" not in as_worker.text
    assert 'id="port"' not in as_worker.text
    assert 'id="port" name="port" value="8080"' in back.text
    assert yaml_of(back.text) == STOCK_YAML


def test_another_kind_in_the_yaml_keeps_what_was_typed_in_the_form(post):
    page = post(NEW, NEW, **STOCK, yaml=WORKER_YAML, yaml_seen=STOCK_YAML, do="from-yaml").text

    assert '<input type="hidden" name="port" value="8080">' in page
    assert yaml_of(page) == WORKER_YAML


def answers_on(page):
    """What a browser would post of the page."""
    found = dict.fromkeys(re.findall(r'<textarea [^>]*name="([^"]+)"', page), "")
    for name in found:
        typed = re.search(rf'<textarea [^>]*name="{re.escape(name)}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        found[name] = html.unescape(typed[1]) if typed else ""
    for tag in re.findall(r"<input [^>]*>", page):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") != "checkbox" or " checked" in tag):
            found[said["name"]] = html.unescape(said.get("value", ""))
    for name, options in re.findall(r'<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.findall(r"<option selected>([^<]*)", options) or re.findall(r"<option>([^<]*)", options)
        found[name] = html.unescape(chosen[0])
    return found


def paths_of(page):
    return part(page, r'<textarea id="exposure.paths".*?>\n(.*?)</textarea>')


def yaml_of(page):
    return html.unescape(part(page, r'<textarea id="yaml".*?>\n(.*?)</textarea>'))


def seen_of(page):
    return html.unescape(part(page, r'<textarea name="yaml_seen".*?>\n(.*?)</textarea>'))


def problem(page, path):
    return plain(part(page, rf'<p id="{re.escape(path)}-problem">(.*?)</p>'))


def test_a_schedule_says_when_it_comes_next(post):
    entry = STOCK_YAML.split("port:")[0] + "kind: job\nschedule: { cron: '0 3 * * ? *', timezone: Asia/Tokyo }\n"

    page = post(NEW, NEW, yaml=f"{entry}environments:\n  local: {{}}\n", yaml_seen="", do="from-yaml").text

    assert "Next: Sat 2026-11-21 03:00, Sun 2026-11-22 03:00" in plain(page)


def test_a_schedule_that_is_over_is_not_registered(post):
    entry = (
        STOCK_YAML.split("port:")[0] + "kind: job\nschedule: { cron: '0 3 * * ? 2020' }\nenvironments: { local: {} }\n"
    )

    answer = post(NEW, NEW, yaml=entry, yaml_seen="", do="from-yaml")

    assert answer.status_code == 422
    assert "must name a time that is still to come" in problem(answer.text, "schedule.cron")


def test_a_pasted_compose_file_fills_in_the_form_and_says_what_was_left_out(post, catalog):
    pasted = "services:\n  stock-api:\n    image: stock-api:1.0\n    ports: ['80:9090']\n    restart: always\n"

    page = post(NEW, NEW, do="start", source="compose", text=pasted).text

    assert 'name="port" value="9090"' in page
    assert "image:\n  repository: stock-api\nport: 9090\n" in yaml_of(page)
    assert "Not taken over: image: stock-api:1.0 without its tag or digest" in plain(page)
    assert "restart: an entry has no such field" in plain(page)
    assert catalog.service_names("local") == ["orders-api"]


def test_a_pasted_text_that_no_entry_could_hold_is_refused_at_once(post):
    lines = "".join(f"KEY_{number}={number}\n" for number in range(5000))

    refused = post(NEW, NEW, do="start", source="env", text=lines)

    assert refused.status_code == 422
    assert "an entry holds 64 KB at most" in plain(refused.text)
    assert "KEY_4999=4999" in refused.text


def test_a_pasted_text_that_cannot_be_read_stays_where_it_was_pasted(post):
    refused = post(NEW, NEW, do="start", source="task-definition", text="{ oh")

    assert refused.status_code == 422
    assert "This cannot be read. Nothing was taken over." in plain(refused.text)
    assert "{ oh</textarea>" in refused.text


@pytest.mark.parametrize(
    ("kind", "asked"), [("worker", "queue.retries"), ("job", "schedule.cron"), ("task", "run.copies")]
)
def test_a_kind_to_start_from_asks_for_its_fields(client, kind, asked):
    assert f'name="{asked}"' in text_of(client, f"{NEW}?kind={kind}")


def test_owner_is_ones_own_team_and_no_other_is_accepted(app, post):
    app.extensions["slipway"].who = Chosen(OTHER)
    page = text_of(post.client, NEW)

    refused = post(NEW, NEW, **STOCK, do="register")

    assert 'name="owner" value="team-search"' in page
    assert problem(refused.text, "owner") == (
        "'team-commerce' is none of your teams; take team-search, or ask the platform team"
    )


def test_what_is_still_in_aws_is_taken_over_by_its_name_by_nobody_else(app, post, running, catalog):
    catalog.remove("orders-api", catalog.entry_text("orders-api"))
    text_of(post.client, "/local/services")  # as the list has it
    app.extensions["slipway"].who = Chosen(OTHER)

    refused = post(NEW, NEW, **(STOCK | {"name": "orders-api", "owner": "team-search"}), do="register")

    assert problem(refused.text, "name") == (
        "orders-api is still in AWS, in local; take another name, or ask 'team-commerce' or the platform team"
    )


@pytest.fixture
def gone(app, running, catalog):
    """orders-api was destroyed: its releases and env files are still there."""
    catalog.remove("orders-api", catalog.entry_text("orders-api"))
    running.provisioner.tear_down("orders-api")
    app.extensions["slipway"].who = who = Chosen(OTHER)
    return who


TAKEN = STOCK | {"name": "orders-api", "exposure.paths": "/stock"}
OURS = TAKEN | {"owner": "team-search"}


def test_the_history_of_a_destroyed_service_becomes_no_other_teams_by_its_name(post, gone, catalog):
    typed = post(NEW, NEW, **OURS, do="known")
    checked = post(NEW, NEW, **OURS, do="check")
    refused = post(NEW, NEW, **OURS, do="register")

    told = (
        "local has env files and releases of an earlier orders-api, which would become yours; "
        "take another name, or let 'team-commerce' or the platform team register it"
    )
    assert "would become yours: take another name" in plain(typed.text)
    assert "No service is called" not in typed.text
    assert (problem(checked.text, "name"), problem(refused.text, "name")) == (told, told)
    assert (refused.status_code, catalog.service_names("local")) == (422, [])


@pytest.mark.parametrize(
    ("person", "typed"), [(OWNER, TAKEN), (PLATFORM, OURS)], ids=["its earlier team", "the platform team"]
)
def test_its_earlier_team_and_the_platform_team_register_it_again(post, gone, catalog, person, typed):
    gone.now = person

    assert post(NEW, NEW, **typed, do="register").status_code == 303
    assert catalog.service_names("local") == ["orders-api"]


def test_a_history_is_whose_the_entry_was_last(post, gone, running):
    running.aws.passes(minutes=1)
    running.gateways.audit.note("edit-entry", "orders-api", "Abe Rin", owner="team-search", environments=["local"])

    assert post(NEW, NEW, **OURS, do="register").status_code == 303


def test_a_name_that_aws_cannot_be_asked_about_is_not_taken(post, gone, running, catalog):
    running.aws.refusals["s3.get_object"] = refused_by_aws("AccessDenied", "no")

    answer = post(NEW, NEW, **OURS, do="register")

    assert "AWS did not answer when it was asked whether local had a orders-api before" in problem(answer.text, "name")
    assert catalog.service_names("local") == []


def test_an_entry_gets_to_no_environment_with_anothers_history(post, gone, running, catalog):
    """By its settings as little as at its registration."""
    entry = ORDERS.replace("team-commerce", "team-search").replace("{ local: {} }", "{ dev: {} }")
    catalog.add("orders-api", entry)
    page = "/dev/services/orders-api/settings"
    wanted = entry.replace("{ dev: {} }", "{ dev: {}, local: {} }")

    refused = post(page, page, yaml=wanted, seen=entry, base=entry, do="save")

    assert refused.status_code == 422
    assert "local has env files and releases of an earlier orders-api" in plain(refused.text)
