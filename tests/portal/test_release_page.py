import html
from datetime import timedelta

import pytest

from service_catalog import naming
from service_catalog.model import Approval, Compute, Deployment
from tests.portal.reading import part, plain, row, text_of

PAGE = "/local/services/orders-api"
RELEASES = f"{PAGE}/releases"


@pytest.fixture
def second(running, orders):
    """Release 2: another image, other settings, a larger task."""
    running.provision(orders.model_copy(update={"compute": Compute(cpu=512, memory_mib=1024)}))
    running.save("orders-api", "LOG_LEVEL=debug\nDB_POOL_SIZE=10\n", base=1)
    running.release("orders-api", "2.14.0", 2, why="Split shipping")
    return running


def test_page_of_a_release_says_who_why_and_what_it_changed(client, second):
    answer = client.get(f"{RELEASES}/2")

    page = answer.text
    assert "Release 2: Runs now, orders-api in local" in plain(page)
    assert "“Split shipping”" in plain(page)
    assert row(page, "Image") == ["Image", "2.13.4", "2.14.0"]
    assert row(page, "Env app") == ["Env app", "v1", "v2"]
    assert row(page, "LOG_LEVEL ~ changed") == ["LOG_LEVEL ~ changed", "info", "debug"]
    assert "compute.cpu: 256 → 512" in plain(page)
    assert "Took 3 min 0 s" in plain(page).replace("\N{NO-BREAK SPACE}", " ")
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages_of_releases_lead_to_each_other_and_from_the_list(client, second):
    first, page = text_of(client, f"{RELEASES}/1"), text_of(client, f"{RELEASES}/2")

    assert f'href="{RELEASES}/2"' in first
    assert "After it came release 2 by Ito Haruka" in plain(first)
    assert "Roll back to 2.13.4 + env v1…" in plain(first)
    assert f'href="{RELEASES}/1"' in page
    assert all(f'href="{RELEASES}/{number}"' in text_of(client, RELEASES) for number in (1, 2))


def test_page_of_a_release_that_failed_keeps_its_cause_once_another_ran(client, running):
    running.begin("orders-api", "2.14.0")
    running.fails("orders-api", "KeyError: 'PAYMENTS_URL'", exit_code=1)
    running.end("orders-api", "rolled-back")
    newest = plain(text_of(client, f"{RELEASES}/2"))
    running.release("orders-api", "2.13.3")

    later = plain(text_of(client, f"{RELEASES}/2"))

    assert "Most likely: the program needs PAYMENTS_URL" in later
    assert "What you can do" in newest
    assert "What you can do" not in later


def test_what_happened_to_a_release_is_told_in_order(client, running):
    running.begin("orders-api", "2.14.0")
    running.aws.now += timedelta(minutes=1)
    running.gateways.releases.stop("orders-api", 2, who="Suzuki Ren")
    running.end("orders-api", "rolled-back")

    page = plain(text_of(client, f"{RELEASES}/2"))

    assert page.index("Began Ito Haruka") < page.index("Asked to stop Suzuki Ren") < page.index("Ended: Stopped")


def test_release_in_progress_is_stopped_from_its_own_page(post, running):
    running.begin("orders-api", "2.14.0")

    answer = post(f"{RELEASES}/2/stop", f"{RELEASES}/2", **{"from": "release"})

    assert (answer.status_code, answer.location) == (303, f"{RELEASES}/2")
    assert "Asked to stop Sato Yui" in plain(text_of(post.client, f"{RELEASES}/2"))


def test_release_that_waits_for_approval_is_continued_on_its_own_page(post, running, orders):
    running.provision(orders.model_copy(update={"deployment": Deployment(strategy="blue-green", approval=Approval())}))
    running.begin("orders-api", "2.14.0")
    running.wait_for_approval("orders-api")
    page = text_of(post.client, f"{RELEASES}/2")
    assert '<input type="hidden" name="from" value="release">' in page

    answer = post(f"{RELEASES}/2/answer", f"{RELEASES}/2", answer="continue", **{"from": "release"})
    running.end("orders-api")

    assert answer.location == f"{RELEASES}/2"
    assert "Continued Sato Yui" in plain(text_of(post.client, f"{RELEASES}/2"))


def test_page_of_a_release_that_never_was_is_a_404_that_names_those_that_are(client, running):
    answer = client.get(f"{RELEASES}/7")

    assert answer.status_code == 404
    assert "orders-api has release 1, not 7" in plain(answer.text)


def test_logs_of_a_release_are_those_from_its_beginning_to_its_end(client, running):
    running.release("orders-api", "2.14.0")
    [task] = running.tasks("orders-api")[:1]
    running.prints("orders-api", task, "while it rolled out")
    running.aws.passes(minutes=30)
    running.prints("orders-api", task, "long after")

    address = html.unescape(part(text_of(client, f"{RELEASES}/2"), r'href="([^"]*/logs\?[^"]*)"'))

    lines = plain(text_of(client, address))
    assert "while it rolled out" in lines
    assert "long after" not in lines


def test_failure_that_somebody_has_seen_asks_for_no_attention_until_the_next_one(post, running):
    running.release("orders-api", "2.14.0", ends="rolled-back")

    answer = post(f"{RELEASES}/2/acknowledge", PAGE, why="Known, 2.14.1 mends it")

    assert answer.location == PAGE
    page = plain(text_of(post.client, PAGE))
    assert "Sato Yui has seen release 2 fail" in page
    assert "Release 2 failed and was rolled back, and somebody has seen it." in page
    assert "Healthy" in row(text_of(post.client, "/local/services"), "orders-api")[1]
    told = plain(text_of(post.client, f"{RELEASES}/2"))
    assert "Acknowledged Sato Yui: Known, 2.14.1 mends it" in told
    running.release("orders-api", "2.14.0", ends="rolled-back")
    assert "Release 3 failed and was rolled back" in (page := plain(text_of(post.client, PAGE)))
    assert "somebody has seen it" not in page


def test_second_to_acknowledge_is_told_who_was_first(post, running):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.gateways.releases.acknowledge("orders-api", 2, who="Ito Haruka")

    post(f"{RELEASES}/2/acknowledge", f"{RELEASES}/new?image=2.13.3")

    assert "Ito Haruka has seen release 2 fail" in plain(text_of(post.client, PAGE))


def test_what_came_through_is_no_failure_to_acknowledge(post, running):
    answer = post(f"{RELEASES}/1/acknowledge", f"{RELEASES}/new?image=2.13.3", **{"from": "release"})

    assert answer.location == f"{RELEASES}/1"
    assert "came through: there is no failure to acknowledge" in plain(text_of(post.client, f"{RELEASES}/1"))


def test_first_release_that_failed_goes_on_asking_for_attention(client, local, orders):
    local.provision(orders)
    local.release("orders-api", "2.14.0", ends="rolled-back")

    assert "Acknowledge" not in plain(text_of(client, PAGE))
    local.gateways.releases.acknowledge("orders-api", 1, who="Ito Haruka")
    assert "Failed" in row(text_of(client, "/local/services"), "orders-api")[1]


def test_what_was_acknowledged_is_known_once_the_index_is_lost(client, running):
    running.release("orders-api", "2.14.0", ends="rolled-back")
    running.gateways.releases.acknowledge("orders-api", 2, who="Ito Haruka")
    bucket = naming.config_bucket("local", running.environment.account_id)
    running.aws.client("s3").delete_object(Bucket=bucket, Key=naming.service_index_key("orders-api"))

    assert running.connect().service_index.read("orders-api").acknowledged == 2
