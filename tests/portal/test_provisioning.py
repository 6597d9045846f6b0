import fcntl
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from portal import create_app
from portal.provisioning import AlreadyRunning, Provisioning
from tests.portal.conftest import NOW, Poster
from tests.portal.reading import plain, text_of

PAGE = "/local/services/orders-api"
WAITS_FOR_EVER = (sys.executable, "-c", "import signal; signal.pause()")


def provisioning(directory, *command):
    return Provisioning(directory, command, lambda: NOW)


def prints(*lines, code=0):
    return (sys.executable, "-c", f"print({chr(10).join(lines)!r}); raise SystemExit({code})")


def ended(made, service="orders-api"):
    made.wait(service)
    return made.run(service)


def test_service_that_never_was_provisioned_has_no_run(tmp_path):
    assert provisioning(tmp_path).run("orders-api") is None


def test_run_keeps_its_steps_and_how_it_ended(tmp_path):
    step = {"event": "step", "stack": "s", "type": "aws:ecs/service:Service", "name": "x"}
    same = step | {"name": "y", "action": "same"}
    said = [json.dumps(step | {"state": "begin"}), json.dumps(step | {"state": "done"}), json.dumps(same), "no json"]
    made = provisioning(tmp_path, *prints(*said))

    made.start("orders-api")
    run = ended(made)

    assert (run.is_running, run.exit_code, run.succeeded) == (False, 0, True)
    assert run.steps == [step | {"state": "done"}, same, {"text": "no json"}]
    assert run.made == 1


def test_failed_run_says_its_exit_code_and_can_be_started_again(tmp_path):
    made = provisioning(tmp_path, *prints("oh", code=3))

    made.start("orders-api")
    first = ended(made)
    made.start("orders-api")

    assert (first.exit_code, first.succeeded) == (3, False)
    assert ended(made).exit_code == 3


def test_name_of_the_service_goes_where_the_command_says(tmp_path):
    made = provisioning(tmp_path, sys.executable, "-c", "import sys; print(sys.argv[1])", "{service}")

    made.start("orders-api")

    assert ended(made).lines == ({"text": "orders-api"},)


@pytest.mark.parametrize("torn", ["", "\n", '{"star', '{"event": "step"'])
def test_a_torn_record_breaks_no_page_and_no_further_run(tmp_path, torn):
    made = provisioning(tmp_path, *prints("oh"))
    (tmp_path / "provisioning").mkdir()
    (tmp_path / "provisioning" / "orders-api.jsonl").write_text(torn)

    assert made.run("orders-api") is None or not made.run("orders-api").is_running
    made.start("orders-api")
    assert ended(made).succeeded


def test_what_a_killed_portal_had_started_is_still_seen_and_not_started_twice(tmp_path):
    """The portal that is killed is a process of its own; its child prints a word and waits to be let go."""
    for pipe in ("printed", "go"):
        os.mkfifo(tmp_path / pipe)
    child = f"print('here', flush=True); open('{tmp_path}/printed', 'w').close(); open('{tmp_path}/go').close(); " + (
        """print('{"event": "end", "exit_code": 0}')"""
    )
    killed = (
        "import os, signal, pathlib, datetime; from portal.provisioning import Provisioning; "
        f"Provisioning(pathlib.Path({str(tmp_path)!r}), {(sys.executable, '-c', child)!r}, "
        "lambda: datetime.datetime.now(datetime.UTC)).start('orders-api'); "
        f"open('{tmp_path}/printed').close(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", killed], check=False)
    made = provisioning(tmp_path, *prints("oh"))

    run = made.run("orders-api")
    assert (run.is_running, run.lines) == (True, ({"text": "here"},))
    with pytest.raises(AlreadyRunning):
        made.start("orders-api")
    (tmp_path / "go").open("w").close()
    with (tmp_path / "provisioning" / "orders-api.jsonl").open() as output:
        fcntl.flock(output, fcntl.LOCK_SH)  # until the child has ended
    assert made.run("orders-api").succeeded


def test_one_run_at_a_time_for_each_service(tmp_path):
    made = provisioning(tmp_path, *WAITS_FOR_EVER)
    made.start("orders-api")

    with pytest.raises(AlreadyRunning, match="orders-api is being provisioned already"):
        made.start("orders-api")
    made.start("payments")

    made.close()


def test_second_press_leads_to_the_run_that_the_first_one_started(settings, catalog, local, connect):
    app = create_app(replace(settings, provision_command=WAITS_FOR_EVER), catalog, connect)
    press = Poster(app.test_client())
    token = press.token(PAGE)

    answers = [press.client.post(f"{PAGE}/provisioning", data={"csrf_token": token}) for _press in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, PAGE)] * 2
    app.extensions["slipway"].close()


def test_children_end_with_the_portal(tmp_path):
    made = provisioning(tmp_path, *WAITS_FOR_EVER)
    made.start("orders-api")

    made.close()

    assert ended(made).exit_code == -15


def test_run_that_died_with_its_portal_is_not_shown_as_running(tmp_path):
    (tmp_path / "provisioning").mkdir()
    (tmp_path / "provisioning" / "orders-api.jsonl").write_text(json.dumps({"started": NOW.isoformat()}) + "\n")

    run = provisioning(tmp_path).run("orders-api")

    assert (run.is_running, run.exit_code, run.succeeded) == (False, None, False)


def test_button_provisions_and_the_page_shows_the_steps(post, client):
    answer = post(f"{PAGE}/provisioning", PAGE)
    client.application.extensions["slipway"].provisioning.wait("orders-api")

    assert (answer.status_code, answer.location) == (303, PAGE)
    page = plain(text_of(client, PAGE))
    assert "took less than a second" in page
    assert "made it" in page
    assert "There was nothing to do. It is as the catalog says." in page


@pytest.fixture
def failing(settings, catalog, local, connect):
    """A portal whose provisioning fails."""
    command = (sys.executable, "-c", "raise SystemExit(3)", "{service}")
    app = create_app(replace(settings, provision_command=command), catalog, connect)
    yield app.test_client()
    app.extensions["slipway"].close()


def test_a_failure_is_shown_for_some_minutes_and_then_until_the_service_runs(failing, local, orders):
    Poster(failing)(f"{PAGE}/provisioning", PAGE)
    failing.application.extensions["slipway"].provisioning.wait("orders-api")
    assert "Provisioning failed" in text_of(failing, PAGE)

    local.aws.passes(minutes=6)
    assert "Provisioning failed" in text_of(failing, PAGE)

    local.provision(orders)  # by hand, beside the portal
    local.release("orders-api", "2.13.4")

    local.aws.passes(minutes=1)
    page = text_of(failing, PAGE)
    assert "Runs now" in page
    assert "Provisioning failed" not in page


def test_only_the_local_cloud_has_the_button(client, post, catalog):
    path = catalog.directory / "services" / "orders-api.yaml"
    path.write_text(path.read_text().replace("{ local: {} }", "{ local: {}, dev: {} }"))
    catalog.update_lock()

    page = text_of(client, "/dev/services/orders-api")

    assert "slipway up dev orders-api pulumi up -s dev.orders-api" in plain(page)
    assert "/provisioning" not in page
    refused = client.post("/dev/services/orders-api/provisioning", data={"csrf_token": post.token(PAGE)})
    assert refused.status_code == 422
