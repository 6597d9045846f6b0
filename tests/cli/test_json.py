"""``--json``: one document on stdout, whatever goes on meanwhile is on stderr, and the exit code is the same."""

import json

import click
import pytest

from cli.json_document import alone_on_stdout
from cli.preview_text import show_previews
from cli.screen import screen_for
from deploy.engine import Changes
from deploy.progress import Phase, Step
from deploy.results import Result

STEP = Step("dev.orders", "create", "aws:ecs/service:Service", "orders")
RESULT = Result("dev.orders", "done", "new", "provisioned", {"create": 1}, release=3)


@pytest.mark.parametrize(
    ("words", "code", "member"),
    [
        (("catalog", "validate", "--json"), 1, None),
        (("catalog", "lock", "--check", "--json"), 1, "problems"),
        (("catalog", "lock", "--json"), 0, "written"),
        (("catalog", "show", "orders", "--env", "dev", "--json"), 0, "owner"),
        (("cost", "dev", "--json"), 0, "estimates"),
        (("local", "status", "--json"), 1, "running"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, tuple) else None,
)
def test_a_command_says_one_document_and_ends_as_it_does_without(slipway, words, code, member):
    # A route that nothing is allocated for yet is a problem of the lock, and so of the catalog.
    slipway.write_service("orders", exposure={"audience": "public", "paths": ["/orders"]})

    plain = slipway(*[it for it in words if it != "--json"])
    slipway.write_service("orders", exposure={"audience": "public", "paths": ["/orders", "/o"]})
    asked = slipway(*words)

    found = json.loads(asked.stdout)
    assert member is None or member in found
    assert asked.exit_code == code
    assert plain.exit_code == code


def test_what_is_refused_says_no_document(slipway):
    refused = slipway("catalog", "show", "nosuch", "--env", "dev", "--json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "there is no service 'nosuch'" in refused.stderr


def test_a_run_tells_its_progress_on_stderr_and_its_results_at_the_end(capsys):
    with screen_for("json") as screen:
        screen.hear(Phase("dev.orders", "provisioning", "new"))
        screen.show([RESULT], 0)

    said = capsys.readouterr()
    found = json.loads(said.out)
    assert said.err == "dev.orders: provisioning (new)\n"
    assert (found["exit_code"], found["results"][0]["stack"], found["results"][0]["release"]) == (0, "dev.orders", 3)


def test_a_preview_holds_the_steps_of_each_stack(capsys):
    previewed = Result("dev.orders", "previewed", "new", "new", {"create": 1})
    show_previews([(previewed, Changes("dev.orders", (STEP,)))], "json", 0)

    found = json.loads(capsys.readouterr().out)
    assert found["results"][0]["steps"][0]["name"] == "orders"
    assert found["text"] == "1 of 1 stacks differ"


def test_what_was_handed_over_last_is_said_however_it_ends(capsys):
    def waits() -> None:
        with alone_on_stdout(True) as hand_over:
            click.echo("begun")
            hand_over({"outcome": None})
            raise SystemExit(4)

    with pytest.raises(SystemExit):
        waits()

    said = capsys.readouterr()
    assert json.loads(said.out) == {"outcome": None}
    assert said.err == "begun\n"
