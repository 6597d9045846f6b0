"""What the form says of an answer beside it: while it is typed, and once it is checked."""

import pytest

from tests.fake_aws.service import refused as refused_by_aws
from tests.portal.conftest import ORDERS
from tests.portal.reading import part, plain, text_of
from tests.portal.registration.stock import NEW, STOCK, STOCK_YAML, yaml_of


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


def test_a_schedule_says_when_it_comes_next(post):
    entry = STOCK_YAML.split("port:")[0] + "kind: job\nschedule: { cron: '0 3 * * ? *', timezone: Asia/Tokyo }\n"

    page = post(NEW, NEW, yaml=f"{entry}environments:\n  local: {{}}\n", yaml_seen="", do="from-yaml").text

    assert "Next: Sat 2026-11-21 03:00, Sun 2026-11-22 03:00" in plain(page)
