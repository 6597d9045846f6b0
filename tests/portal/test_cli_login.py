"""A command line logs in by the browser: a code for one token, good once, and for nobody but the command that asked."""

import subprocess
import sys
import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.serving import make_server

from portal import create_app
from portal.auth.cli_login import challenge_of
from tests.portal.people import OTHER, OWNER, Chosen
from tests.portal.reading import plain

VERIFIER, STATE = "v" * 43, "s" * 32
ASKED = {"port": "40123", "state": STATE, "challenge": challenge_of(VERIFIER), "name": "slipway on laptop"}
PAGE = f"/cli-login?{urlencode(ASKED)}"
ALLOWED = {"do": "allow", "name": "slipway on laptop", "action": ["release", "read-env"], "days": "30"}
EXCHANGE = "/api/v1/login-exchange"


@pytest.fixture
def who(app, running):
    chosen = Chosen()
    app.extensions["slipway"].who = chosen
    return chosen


@pytest.fixture
def code(post, who):
    who.now = OWNER
    return code_of(post(PAGE, PAGE, **ALLOWED))


def code_of(answer):
    assert answer.status_code == 303
    where = urlsplit(answer.location)
    said = parse_qs(where.query)
    assert (where.scheme, where.netloc, said["state"]) == ("http", "127.0.0.1:40123", [STATE])
    return said["code"][0]


def exchanged(client, code, verifier=VERIFIER):
    return client.post(EXCHANGE, json={"code": code, "verifier": verifier})


def test_the_page_says_who_asks_and_leads_back_to_this_machine_alone(client, who):
    who.now = OWNER
    answer = client.get(PAGE)

    words = plain(answer.text)
    assert "A command on this machine, slipway on laptop, asks for a token" in words
    assert f"it shows {ASKED['challenge'][:4]}-{ASKED['challenge'][4:8]}" in words
    assert "form-action 'self' http://127.0.0.1:40123;" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "127.0.0.1" not in client.get("/tokens").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "wrong",
    [{"port": "80"}, {"port": "evil.example.com"}, {"port": "70000"}, {"state": "short"}, {"challenge": "x"}],
    ids=str,
)
def test_what_no_command_of_ours_asks_is_no_page(client, who, wrong):
    who.now = OWNER
    assert client.get(f"/cli-login?{urlencode(ASKED | wrong)}").status_code == 404


def test_a_code_is_a_token_for_whoever_holds_its_verifier_and_once(app, code, running):
    client = app.test_client()
    stolen = exchanged(client, code, "w" * 43)
    granted = exchanged(client, code)
    again = exchanged(client, code)
    me = client.get("/api/v1/whoami", headers={"Authorization": f"Bearer {granted.json['access_token']}"})

    assert (stolen.status_code, granted.status_code, again.status_code) == (401, 200, 409)
    assert (me.json["name"], me.json["actions"]) == (OWNER.name, ["read", "read-env", "release"])
    assert granted.json["access_token"] not in code
    [kept] = running.connect().api_tokens.all().values()
    assert (kept.token.name, kept.token.made_by) == ("slipway on laptop", OWNER.id)


def test_a_code_is_over_after_two_minutes(app, code, running):
    running.aws.passes(minutes=2)
    late = exchanged(app.test_client(), code)
    assert late.status_code == 401
    assert "it has expired" in late.json["detail"]


def test_another_copy_of_the_portal_takes_it_and_no_stranger_makes_one_up(settings, catalog, connect, app, code):
    other = create_app(settings, catalog, connect)
    granted = exchanged(other.test_client(), code)
    made_up = exchanged(other.test_client(), f"{code[:-4]}AAAA")
    other.extensions["slipway"].close()

    assert (granted.status_code, made_up.status_code) == (200, 401)
    assert exchanged(app.test_client(), code).status_code == 409


def test_whoever_says_no_leads_back_without_a_code_and_makes_nothing(post, who, running):
    who.now = OTHER
    answer = post(PAGE, PAGE, **ALLOWED | {"do": "deny"})

    said = parse_qs(urlsplit(answer.location).query)
    assert said == {"error": ["denied"], "state": [STATE]}
    assert running.connect().api_tokens.all() == {}


def test_what_is_typed_wrong_is_told_where_it_stands(post, who):
    who.now = OWNER
    answer = post(PAGE, PAGE, **ALLOWED | {"days": "0"})
    assert answer.status_code == 422
    assert "Write a number of days from 1 to 365" in plain(answer.text)


def test_who_is_not_signed_in_is_asked_to(client, who):
    who.now = None
    assert client.get(PAGE).status_code == 401


BROWSER = """
import re, sys, urllib.parse, urllib.request
address, = sys.argv[1:]
session = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
page = session.open(address).read().decode()
token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
said = {"csrf_token": token, "do": "allow", "name": "laptop", "action": "release", "days": "30"}
answer = session.open(address, urllib.parse.urlencode(said).encode()).read().decode()
open(sys.argv[0] + ".said", "w").write(answer)
"""


def test_the_command_opens_the_browser_and_comes_back_with_a_token(app, running, tmp_path):
    script = tmp_path / "browser.py"
    script.write_text(BROWSER)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    variables = {"BROWSER": f"{sys.executable} {script} %s", "XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin"}

    ended = subprocess.run(
        [sys.executable, "-m", "cli", "login", url], env=variables, capture_output=True, text=True, timeout=60
    )
    server.shutdown()
    server.server_close()

    assert ended.returncode == 0, ended.stderr
    assert f"logged in to {url} as " in ended.stdout
    assert "This command is logged in soon." in (tmp_path / "browser.py.said").read_text()
    [kept] = running.connect().api_tokens.all().values()
    assert kept.token.expires - kept.token.when == timedelta(days=30)
    assert (tmp_path / "slipway" / "portal.json").stat().st_mode & 0o777 == 0o600
