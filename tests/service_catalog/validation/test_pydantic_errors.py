import json
from typing import Any

import pytest

from service_catalog.files.entries import ServiceFile, read_environment
from service_catalog.model import Environment, Service
from service_catalog.problems import CatalogError
from service_catalog.validation.pydantic_errors import LOOKS, PATTERNS
from tests.builders import an_environment

GOOD = {
    "name": "name: x",
    "owner": "owner: team",
    "image": "image: { repository: x }",
    "port": "port: 80",
    "environments": "environments: { dev: {} }",
}


def said_of(**lines: str) -> list[str]:
    """The good entry with some lines changed or added; what is said of it, without the file."""
    content = "\n".join((GOOD | lines).values())
    return [str(problem).removeprefix("services/x.yaml:") for problem in ServiceFile("x", content.encode()).problems]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"port": 'port: "80"'}, "4: port: must be a whole number, got the text '80'; write 80"),
        ({"port": "port: 8.5"}, "4: port: must be a whole number, got 8.5"),
        ({"port": "port: true"}, "4: port: must be a whole number, got true"),
        ({"port": "port: 0"}, "4: port: must be at least 1, got 0"),
        ({"port": "port: 65536"}, "4: port: must be at most 65535, got 65536"),
        ({"image": ""}, "1: image: is missing; which container image runs"),
        ({"more": "helth: {}"}, "6: helth: is not a known field; did you mean 'health'?"),
        ({"more": "env: {}"}, "6: env: is not a known field; did you mean 'environment'?"),
        ({"more": "cpu: 256"}, "6: cpu: is not a known field; did you mean 'compute.cpu'?"),
        ({"more": "zzz: 1"}, "6: zzz: is not a known field"),
        (
            {"more": "health:\n  path: /x\n  grace: 3"},
            "8: health.grace: is not a known field; did you mean 'grace_seconds'?",
        ),
        ({"image": "image: { repository: x, tag: 1.10 }"}, "3: image.tag: must be text, got 1.10; put it in quotes"),
        ({"image": "image: x"}, "3: image: must hold fields (key: value), got 'x'"),
        (
            {"image": "image:\n  repository：x"},
            "3: image: must hold fields (key: value), got 'repository：x'; type its '：' half-width: ':'",
        ),
        ({"owner": "owner: ''"}, "2: owner: must not be empty, got ''"),
        ({"more": f"description: {'x' * 301}"}, "6: description: must be at most 300 characters long, got 301"),
        ({"more": "exec: 1"}, "6: exec: must be true or false, got 1"),
        ({"more": "env_files: app"}, "6: env_files: must be a list, got 'app'; write [app]"),
        ({"more": "env_files: [1]"}, "6: env_files[0]: must be text, got 1; put it in quotes"),
        ({"more": "exposure: { paths: [] }"}, "6: exposure.paths: needs at least 1, got none"),
        (
            {"more": "exposure: { audience: pubic }"},
            "6: exposure.audience: must be one of 'public', 'internal', got 'pubic'; did you mean 'public'?",
        ),
        ({"more": "environment: { A: 1 }"}, "6: environment.A: must be text, got 1; put it in quotes"),
        (
            {"more": "environment: { 1A: x }"},
            "6: environment.1A: must be letters, digits and underscores, not beginning with a digit, got '1A'",
        ),
        ({"more": "secrets:\n  A: { sm: x }"}, "7: secrets.A.sm: is not a known field; did you mean 'ssm'?"),
        *(
            ({"image": f"image: {{ repository: '{given}' }}"}, f"3: image.repository: {said}, got '{given}'{hint}")
            for given, said, hint in (
                ("https://ghcr.io/example/app", "must not begin with https://", "; write ghcr.io/example/app"),
                (
                    "https://hub.docker.com/r/nginx",
                    "must not begin with https://",
                    "; write docker.io/library/nginx",
                ),
                ("ghcr.io/MyOrg/App", "must be lower case, as registries want it", "; write ghcr.io/myorg/app"),
                ("x:1.2", "must hold no tag", "; write it as image.tag, or leave tags to releases"),
                ("registry:5000/x:1", "must hold no tag", "; write it as image.tag, or leave tags to releases"),
                ("x@sha256", "must hold no digest", "; write it as image.digest"),
                *(
                    (odd, "must be a repository's name, like team/orders or ghcr.io/team/orders", "")
                    for odd in ("a//b", "a/", "a..b", "-a", "a b", "a.")
                ),
            )
        ),
        *(
            (
                {"more": f"exposure: {{ paths: ['/a{sign}b'] }}"},
                f"6: exposure.paths[0]: must hold no '{sign}', which a load balancer takes in no path, got '/a{sign}b'",
            )
            for sign in "()!,;=% "
        ),
        (
            {"more": 'environment: { A: "a\\0b" }'},
            "6: environment.A: must hold no NUL character, which no program's environment takes, "
            "got 'a\\x00b'; remove it",
        ),
        (
            {"more": "description: 'pay\u202eload'"},
            "6: description: must hold no control or direction marks (U+202E), got 'pay\\u202eload'; remove them",
        ),
        ({"more": "compute: {cpu:256}"}, "6: compute.cpu:256: is not a known field; write cpu: 256"),
        ({"more": "health: ~"}, "6: health: must hold fields (key: value), got nothing"),
        (
            {"more": f"image2: 1\nhealth: {{ path: {'x' * 80} }}", "image": "image: { repository: x }"},
            "6: image2: is not a known field; did you mean 'image'?",
        ),
    ],
)
def test_a_mistake_is_told_with_line_path_and_what_to_write(changes, said):
    assert said_of(**changes)[0] == said


def test_a_word_that_readers_disagree_about_is_told_with_its_field_beside_all_else():
    assert said_of(
        owner="owner: no",
        image="image: { repository: x, tag: 0123 }",
        port="port: 0808",
        exec="exec: yes",
        compute="compute: { cpu: 8_080, memory_mib: 0x1F }",
        tasks=f"tasks: {{ min: '1', max: {'9' * 80} }}",
        exposure="exposure: { audience: no }",
        logs="logs: { retention_days: 030 }",
        environments="environments: { dev: no }",
    ) == [
        "2: owner: 'no' is text to some YAML readers and true or false to others; put it in quotes",
        "3: image.tag: '0123' is text to some YAML readers and a number to others; put it in quotes",
        "4: port: must be a whole number, got 0808; write 808",
        "5: environments.dev: must hold fields (key: value), got no",
        "6: exec: must be true or false, got yes",
        "7: compute.cpu: must be a whole number, got 8_080; write 8080",
        "7: compute.memory_mib: must be a whole number, got 0x1F; write it in digits",
        "8: tasks.min: must be a whole number, got the text '1'; write 1",
        f"8: tasks.max: must be a whole number, got {'9' * 59}…; it is too long for a number",
        "9: exposure.audience: must be one of 'public', 'internal', got no",
        "10: logs.retention_days: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, "
        "1827, 2192, 2557, 2922, 3288, 3653, got 030; write 30",
    ]


def test_a_word_that_readers_disagree_about_is_told_though_every_environment_says_something_else():
    assert said_of(port="port: 08", environments="environments: { dev: { port: 80 } }") == [
        "4: '08' is text to some YAML readers and a number to others; put it in quotes if it is text"
    ]


def test_a_long_value_is_cut():
    assert said_of(more=f"health: {{ path: {'x' * 80} }}") == [
        f"6: health.path: must begin with '/' and hold no spaces, got '{'x' * 59}…'"
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file():
    assert said_of(owner="owner: 3", port='port: "80"', more="helth: {}") == [
        "2: owner: must be text, got 3; put it in quotes",
        "4: port: must be a whole number, got the text '80'; write 80",
        "6: helth: is not a known field; did you mean 'health'?",
    ]


def test_a_mistake_in_an_override_is_told_where_it_stands():
    overrides = "environments:\n  dev: {}\n  prod:\n    tasks:\n      min: x"
    assert said_of(environments=overrides) == [
        "9: environments.prod.tasks.min: must be a whole number, got 'x'",
    ]


def test_a_mistake_that_holds_in_all_environments_is_told_once():
    assert said_of(
        port="port: x", environments="environments:\n  dev: { exec: true }\n  prod: { tasks: { min: 2 } }"
    ) == ["4: port: must be a whole number, got 'x'"]


def test_what_all_share_and_is_wrong_in_some_names_those():
    assert said_of(
        tasks="tasks: { min: 2 }",
        scaling="scaling: { cpu_percent: 60 }",
        deployment="deployment: { maximum_percent: 100 }",
        environments="environments: { dev: { tasks: { min: 1 } }, prod: {}, test: { tasks: { max: 4 } } }",
    ) == [
        "7: scaling.cpu_percent: has no effect: tasks.max equals tasks.min (in dev); set tasks.max above 1",
        "7: scaling.cpu_percent: has no effect: tasks.max equals tasks.min (in prod); set tasks.max above 2",
        "8: deployment.maximum_percent: makes a rollout impossible: at a count of 1 it could neither start nor "
        "stop a task (in dev); raise maximum_percent or lower minimum_healthy_percent (200 and 100 always work)",
        "8: deployment.maximum_percent: makes a rollout impossible: at a count of 2 it could neither start nor "
        "stop a task (in prod, test); raise maximum_percent or lower minimum_healthy_percent (200 and 100 always work)",
    ]


@pytest.mark.parametrize("environments", ["environments: {}", "environments:", ""])
def test_an_entry_must_say_where_it_exists(environments):
    [said] = said_of(environments=environments)
    assert "environments: must name at least one environment; name where the service exists" in said


def test_environments_that_are_no_mapping_are_told_what_they_are():
    assert said_of(environments="environments: [local, dev]") == [
        "5: environments: must hold fields (key: value), got a list; "
        "name where the service exists, as in `environments: { dev: {} }`"
    ]


@pytest.mark.parametrize("override", ["owner: other", "owner: 3", "name: y", "kind: wbe"])
def test_who_a_service_is_is_the_same_everywhere_and_told_once(override):
    assert said_of(environments=f"environments: {{ dev: {{ {override} }} }}") == [
        f"5: environments.dev.{override.split(':')[0]}: is the same in every environment; remove it here"
    ]


def test_what_is_the_same_everywhere_is_refused_in_its_own_environment_only():
    entry = "\n".join((GOOD | {"environments": "environments: { dev: { owner: other }, prod: {} }"}).values())
    file = ServiceFile("x", entry.encode())

    assert file.service(an_environment(name="prod")).owner == "team"
    with pytest.raises(CatalogError, match="is the same in every environment"):
        file.service(an_environment(name="dev"))


def test_a_field_in_the_wrong_place_is_not_its_own_remedy():
    assert said_of(environments="environments: { dev: { environments: {} } }") == [
        "5: environments.dev.environments: is not a known field; did you mean 'environment'?"
    ]


def test_an_override_is_a_mapping_or_nothing():
    assert said_of(environments="environments: { dev: , prod: yes please }") == [
        "5: environments.prod: must hold fields (key: value), got 'yes please'"
    ]


@pytest.mark.parametrize("repository", ["x", "team/orders", "ghcr.io/a/b__c.d-e", "localhost:5000/x", "a.b/c", "1/2"])
def test_repositories_that_registries_know_are_let_be(repository):
    assert said_of(image=f"image: {{ repository: '{repository}' }}") == []


def test_an_environment_s_domain_is_one_name():
    domain = "{ name: '*.example.com', certificate_arn: 'arn:aws:acm:eu-west-1:123456789012:certificate/1' }"
    text = f"name: dev\naccount_id: '123456789012'\nregion: eu-west-1\ndomain: {domain}\n"
    with pytest.raises(CatalogError, match=r"domain.name: must be a host name without wildcards, got '\*.example.com'"):
        read_environment("dev", text.encode())


def test_an_environment_complains_likewise():
    with pytest.raises(CatalogError) as refused:
        read_environment("dev", b"name: dev\naccount_id: 012345678901\nregion: tokyo\nnat: none\n")
    assert list(map(str, refused.value.problems)) == [
        "environments/dev.yaml:2: account_id: '012345678901' is text to some YAML readers and a number to others; "
        "put it in quotes",
        "environments/dev.yaml:3: region: must be a region like ap-northeast-1, got 'tokyo'",
        "environments/dev.yaml:4: nat: is not a known field; did you mean 'network.nat'?",
    ]


@pytest.mark.parametrize("model", [Service, Environment])
def test_every_pattern_of_the_model_has_its_words(model):
    assert set(_patterns(model.model_json_schema())) - PATTERNS.keys() - LOOKS.keys() == set()


def _patterns(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for inner in part for found in _patterns(inner)]
    if not isinstance(part, dict):
        return []
    own = [part["pattern"]] if isinstance(part.get("pattern"), str) else list(part.get("patternProperties", {}))
    return own + [found for inner in part.values() for found in _patterns(inner)]


def test_what_is_said_can_be_written_as_json():
    [problem] = ServiceFile("x", "\n".join((GOOD | {"port": "port: x"}).values()).encode()).problems
    assert json.loads(json.dumps(vars(problem))) == {
        "file": "services/x.yaml", "path": "port", "message": "must be a whole number, got 'x'", "hint": "", "line": 4,
    }  # fmt: skip


CODES = "must be status codes from 200 to 499, like 200, 200-299 or 200,404"
HTTPS = "must be an address that begins with https:// and names no user"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("command: bin/server", "command: must be a list, got 'bin/server'; write [bin/server]"),
        (
            "command: bin/server --port 80",
            "command: must be a list, got 'bin/server --port 80'; write [bin/server, --port, '80']",
        ),
        ("command: []", "command: needs at least 1, got none"),
        ("working_directory: srv", "working_directory: must begin with '/' and hold no control characters, got 'srv'"),
        ("user: a b", "user: must be a user, or a user and a group with ':' between, got 'a b'"),
        ("stop_seconds: 121", "stop_seconds: must be at most 120, got 121"),
        ("stop_seconds: 1", "stop_seconds: must be at least 2, got 1"),
        ("compute: { storage_gib: 20 }", "compute.storage_gib: must be at least 21, got 20"),
        ("compute: { storage_gib: 201 }", "compute.storage_gib: must be at most 200, got 201"),
        ("health: { codes: 2xx }", f"health.codes: {CODES}, got '2xx'"),
        ("health: { codes: '500' }", f"health.codes: {CODES}, got '500'"),
        ("links: { runbook: https://a.com }", "links: must be a list, got a mapping"),
        ("links: [{ a: https://a.com, b: https://b.com }]", "links[0]: must hold at most 1, got 2"),
        ("links: [{ a: http://a.com }]", f"links[0].a: {HTTPS}, got 'http://a.com'; write https://a.com"),
        ("links: [{ a: a.com/b }]", f"links[0].a: {HTTPS}, got 'a.com/b'; write https://a.com/b"),
        ("links: [{ a: 'javascript:x' }]", f"links[0].a: {HTTPS}, got 'javascript:x'"),
        ("links: [{ a: 'https://me:pw@a.com' }]", f"links[0].a: {HTTPS}, got 'https://me:pw@a.com'"),
        ("tasks: { min: -1 }", "tasks.min: must be at least 0, got -1"),
        ("queue: { existing: 'a.b' }", "queue.existing: must be the name of a queue, got 'a.b'"),
        (f"queue: {{ existing: {'q' * 76}.fifo }}", "queue.existing: must be at most 80 characters long, got 81"),
        (
            "schedule: { rate: hourly }",
            "schedule.rate: must be a number and a unit, like 15 minutes, 1 hour or 2 days, got 'hourly'",
        ),
        (
            "before_release: {}",
            "before_release.command: is missing; what to run, such as a migration: the program, then one argument each",
        ),
        ("run: { overlap: queue }", "run.overlap: must be one of 'skip', 'allow', got 'queue'"),
    ],
)
def test_a_mistake_in_what_runs_is_told_with_what_to_write(more, said):
    assert said_of(more=more)[0] == f"6: {said}"
