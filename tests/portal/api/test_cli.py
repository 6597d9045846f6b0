"""The commands for developers, against a portal that answers on a socket."""

import json
import threading

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from cli.app import main
from portal.auth import Person
from tests.portal import api_client
from tests.portal.conftest import LOCAL
from tests.portal.people import OWNER


@pytest.fixture
def slipway(app, running, tmp_path, monkeypatch):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    variables = {"XDG_CONFIG_HOME": str(tmp_path), "SLIPWAY_PORTAL": url, "SLIPWAY_TOKEN": api_client.token(app)}

    def run(*words, stdin=None, **more):
        return CliRunner().invoke(main, list(words), input=stdin, env=variables | more, prog_name="slipway")

    yield run
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ends(app, running):
    """What somebody watches ends as soon as they have seen it begin."""

    def arrange(how):
        seen = threading.Event()

        def look(response):
            from flask import request

            if request.path.endswith("/releases/2") and not seen.is_set():
                seen.set()
                running.aws.passes(seconds=30)
                running.ends("orders-api", how)
            return response

        app.after_request(look)

    return arrange


def test_a_tag_is_deployed_and_watched_to_its_honest_end(slipway, ends):
    ends("succeeded")
    ended = slipway("deploy", "local", "orders-api", "2.14.0", "--why", "faster")

    assert ended.exit_code == 0, ended.output
    first, *_middle, last = ended.stdout.splitlines()
    assert first.startswith("release 2 of orders-api (deploy): image ")
    assert last == "release 2 succeeded"


def test_what_ecs_did_not_keep_ends_with_1_and_says_so(slipway, ends):
    ends("rolled-back")
    ended = slipway("deploy", "local", "orders-api", "2.14.0")

    assert (ended.exit_code, "release 2 rolled back" in ended.stdout) == (1, True), ended.output


def test_what_is_refused_ends_with_2_in_the_words_of_the_portal(slipway):
    ended = slipway("deploy", "local", "orders-api", "9.9.9")

    assert ended.exit_code == 2
    assert "slipway: image: " in ended.stderr
    assert "9.9.9" in ended.stderr


def test_keys_are_set_compared_and_applied(slipway, running):
    saved = slipway("env", "set", "local", "orders-api", "app", "LOG_LEVEL=debug", "--unset", "DB_POOL_SIZE")
    differs = slipway("env", "diff", "local", "orders-api", "app")

    assert saved.stdout.startswith("app v2; nothing restarted"), saved.output
    assert (differs.exit_code, differs.stdout) == (1, "- DB_POOL_SIZE=10\n~ LOG_LEVEL: info -> debug\n")
    assert slipway("env", "get", "local", "orders-api", "app").stdout == "LOG_LEVEL=debug\n"
    running.aws.passes(seconds=30)
    applied = slipway("env", "apply", "local", "orders-api", "--no-wait", "--json")
    assert json.loads(applied.stdout)["env"] == {"app": 2}


def test_services_and_status_say_what_the_pages_say(slipway):
    assert slipway("services", "local").stdout == "orders-api  Healthy  2/2  2.13.4  team-commerce\n"
    status = slipway("status", "local", "orders-api")
    assert status.stdout.splitlines()[0] == "orders-api: Healthy"
    assert slipway("open", "local", "orders-api", "--print").stdout.endswith("/local/services/orders-api\n")


def test_lines_are_printed_newest_last(slipway, printing):
    printing("the last one")

    assert slipway("logs", "local", "orders-api").stdout.splitlines()[-1].endswith(" the last one")


def test_whoever_is_not_logged_in_is_told_how(slipway, tmp_path):
    ended = slipway("services", "local", SLIPWAY_TOKEN="", SLIPWAY_PORTAL="")

    assert (ended.exit_code, "slipway login URL" in ended.stderr) == (2, True)


def test_a_login_is_kept_where_nobody_else_reads_it(slipway, app, tmp_path):
    token = api_client.token(app)
    url = slipway("open", "local", "orders-api", "--print").stdout.partition("/local/")[0]
    told = slipway("login", url, "--token-stdin", stdin=f"{token}\n")

    assert told.stdout.startswith(f"logged in to {url} as Sato Yui"), told.output
    kept = tmp_path / "slipway" / "portal.json"
    assert (kept.stat().st_mode & 0o777, token in told.output) == (0o600, False)
    assert slipway("services", SLIPWAY_TOKEN="", SLIPWAY_PORTAL="").stdout == "local\ndev\n"


def test_a_token_goes_over_https_only():
    ended = CliRunner().invoke(main, ["login", "http://slipway.example.com", "--token-stdin"], input="x\n")

    assert (ended.exit_code, "https:// only" in ended.stderr) == (2, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_without_importing_what_stands_behind_them(shell):
    printed = CliRunner().invoke(main, ["completion", shell]).stdout
    words = {
        "COMP_WORDS": "slipway de",
        "COMP_CWORD": "1" if shell != "fish" else "de",
        "_SLIPWAY_COMPLETE": f"{shell}_complete",
    }

    completed = CliRunner().invoke(main, [], env=words, prog_name="slipway")

    assert "_SLIPWAY_COMPLETE" in printed
    assert "deploy" in completed.stdout


def test_commands_ask_and_confirm_and_say_who_has_to(app, slipway, running, catalog, ends):
    path = catalog.directory / "environments" / "local.yaml"
    path.write_text(f"{LOCAL}protection: four-eyes\n")
    colleague = api_client.token(app, Person("Suzuki Ren", "suzuki", OWNER.teams))
    ends("succeeded")

    asked = slipway("deploy", "local", "orders-api", "2.14.0", "--why", "Split shipping")
    unsaid = slipway("confirm", "local", "orders-api", SLIPWAY_TOKEN=colleague)
    confirmed = slipway("confirm", "local", "orders-api", "--yes", SLIPWAY_TOKEN=colleague)
    none = slipway("confirm", "local", "orders-api", "--yes")

    assert asked.exit_code == 4
    assert asked.stdout.startswith("request 1 of orders-api (deploy): image ")
    assert "nothing was started: another of the team has to confirm it, by `slipway confirm local orders-api`" in (
        asked.stdout
    )
    assert unsaid.exit_code == 2
    assert "nothing was answered" in unsaid.stderr
    assert confirmed.exit_code == 0, confirmed.output
    assert "request 1 of orders-api (deploy) by Sato Yui (Split shipping): image" in confirmed.stdout
    assert confirmed.stdout.splitlines()[-1] == "release 2 succeeded"
    assert none.stderr.endswith("slipway: nothing of orders-api waits for a second person in local\n")
