import http.client
import json
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from local_cloud.samples import run
from local_cloud.samples.table import TABLE
from local_cloud.tasks.images import ImageTable

SECRET = "s3cret-value"
CLEAN = {"PATH": "/usr/bin", "HOST": "127.0.0.1", "PORT": "0"}


def start(*arguments, **env):
    program = [sys.executable, "-I", "-S", run.__file__, "web", *arguments]
    return subprocess.Popen(program, env=CLEAN | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture
def serving():
    started = []

    def serve(**env):
        process = start(**env)
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield serve
    for process in started:
        process.terminate()
        process.wait()
        process.stdout.close()


def ask(port, path="/", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_the_page_names_variables_and_shows_no_value_of_theirs(serving):
    _, line = serving(IMAGE_NAME="orders-api", IMAGE_TAG="1.1.0", STRIPE_KEY=SECRET, GREETING="Hello <b>")
    status, page = ask(line["port"])
    assert status == 200
    assert "<code>STRIPE_KEY</code>" in page
    assert "1.1.0" in page
    assert "Hello &lt;b&gt;" in page
    assert SECRET not in page


def test_a_visitor_who_hangs_up_in_the_middle_leaves_no_trace_in_the_log(serving):
    process, line = serving()
    with socket.create_connection(("127.0.0.1", line["port"])) as visitor:
        visitor.sendall(b"GET /orders HT")
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closes with a reset
    ask(line["port"], "/next")
    assert json.loads(process.stdout.readline())["path"] == "/next"


def test_requests_are_counted_and_logged_as_json(serving):
    process, line = serving(PATHS="/orders")
    ask(line["port"], "/orders")
    _, answer = ask(line["port"], "/orders", Accept="application/json")
    assert json.loads(answer)["requests"] == 2
    logged = json.loads(process.stdout.readline())
    assert (logged["level"], logged["message"], logged["path"], logged["status"]) == ("info", "request", "/orders", 200)


def test_what_it_does_not_serve_is_not_found(serving):
    process, line = serving(PATHS="/orders, /carts")
    paths = ("/", "/orders?page=2", "/orders/7", "/carts", "/healthz", "/ordersheet", "/nope")
    assert [ask(line["port"], path)[0] for path in paths] == [200, 200, 200, 200, 200, 404, 404]
    *_, last = (json.loads(process.stdout.readline()) for _ in range(6))
    assert (last["path"], last["status"]) == ("/nope", 404)


def test_a_missing_variable_ends_it_with_a_clear_line():
    process = start(REQUIRED_ENV="DATABASE_URL, LOG_LEVEL", IMAGE_REQUIRES="PAYMENTS_URL", LOG_LEVEL="info")
    out, _ = process.communicate()
    assert process.returncode == 1
    assert json.loads(out)["message"] == "cannot start: PAYMENTS_URL, DATABASE_URL is not set"


def test_a_broken_tag_ends_at_start():
    process = start(IMAGE_TAG="2.0.0-broken")
    process.communicate()
    assert process.returncode == 1


def test_health_fails_when_told_to(serving):
    _, well = serving()
    _, ill = serving(FAIL_HEALTH="1")
    assert ask(well["port"], "/healthz") == (200, "ok")
    assert ask(ill["port"], "/healthz") == (503, "failing as told")


def test_it_ends_well_when_asked_to(serving):
    process, _ = serving()
    process.terminate()
    assert process.wait() == 0


def test_an_image_serves_what_is_below_its_name():
    assert TABLE.find("orders-api:1.0.0").image.env["PATHS"] == "/orders"
    assert TABLE.find("hello-v2:1.0.0").image.env["PATHS"] == "/hello"


def test_every_image_of_the_table_is_a_program_that_is_there():
    assert isinstance(TABLE, ImageTable)
    programs = Path(run.__file__).parent
    assert {(programs / f"{image.argv[-1]}.py").exists() for image in TABLE.images} == {True}


def command(*arguments, **env):
    """Its exit code, and the message of its last line."""
    process = start(*arguments, STEP_SECONDS="0", **env)
    output, _ = process.communicate(timeout=60)
    return process.returncode, json.loads(output.splitlines()[-1])["message"]


def test_a_migration_ends_by_itself_and_may_fail():
    assert command("bin/migrate") == (0, "migrated: index ledger.currency")
    code, message = command("bin/migrate", FAIL_MIGRATION="1")
    assert (code, message) == (1, "migration failed: index ledger.currency: relation ledger is locked")


def test_a_command_that_the_image_lacks_ends_as_in_a_shell():
    assert command("sh", "-c", "true") == (127, "sh: no such command")


def test_who_asks_for_no_page_of_ours_asks_nobody_else_by_us(serving):
    _, other = serving()
    _, line = serving(PATHS="/orders", OTHER_URL=f"http://127.0.0.1:{other['port']}")
    assert ask(line["port"], "/elsewhere") == (404, "no such page")
    assert json.loads(ask(other["port"], Accept="application/json")[1])["requests"] == 1
