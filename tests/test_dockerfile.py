"""The portal's image: what its Dockerfile says is held to the rules of hadolint and of OCI, what it copies and installs
is what the portal imports; and where a Docker engine is, it is built and run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.local_cloud.waiting import eventually

ROOT = Path(__file__).parent.parent
LABELS = {"title", "description", "version", "revision", "created", "source", "base.name", "base.digest"}
WRITABLE = "/var/lib/slipway"


@dataclass(frozen=True)
class Instruction:
    word: str
    rest: str

    @property
    def arguments(self) -> list[str]:
        return [it for it in shlex.split(self.rest) if not it.startswith("--")]

    @property
    def flags(self) -> dict[str, str]:
        flags = [it.removeprefix("--") for it in shlex.split(self.rest) if it.startswith("--")]
        return {name: value for name, _, value in (it.partition("=") for it in flags)}


def parsed(text: str) -> list[Instruction]:
    """As Docker reads it: comments go, lines that end in a backslash go on."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in whole.splitlines() if line.strip()]


FILE = parsed((ROOT / "Dockerfile").read_text())
STARTS = [number for number, it in enumerate(FILE) if it.word == "FROM"]
STAGES = {
    FILE[start].arguments[-1]: FILE[start:end] for start, end in zip(STARTS, [*STARTS[1:], len(FILE)], strict=True)
}
"""By name; the last has that of the one that it is"""
FINAL = FILE[STARTS[1] : STARTS[2]]
WITH_GIT = STAGES["with-git"]


def of(word: str, among: list[Instruction] = FINAL) -> list[Instruction]:
    return [it for it in among if it.word == word]


def commands(among: list[Instruction]) -> list[list[str]]:
    """Of every RUN: its commands, word by word."""
    return [shlex.split(part) for run in of("RUN", among) for part in re.split(r"&&|;|\|", run.rest)]


def test_every_base_is_pinned_by_a_digest_that_whoever_builds_has_to_say():
    assert [it.arguments[0] for it in of("FROM", FILE)] == [*["${BASE}@${BASE_DIGEST}"] * 2, "portal", "portal"]
    assert "BASE_DIGEST" in [it.rest for it in of("ARG", FILE[: STARTS[0]])]
    [base] = [it.rest for it in of("ARG", FILE[: STARTS[0]]) if it.rest.startswith("BASE=")]
    assert re.fullmatch(r"BASE=docker\.io/library/python:3\.\d+-slim-\w+", base)


def test_packages_are_those_of_the_lock_as_their_hashes_say():
    installs = [words for words in commands(FILE) if "pip" in words and "install" in words]

    assert installs
    for words in installs:
        assert words[words.index("-r") + 1] == "requirements-portal.lock"
        assert {"--require-hashes", "--no-cache-dir", "--only-binary"} <= set(words)


def test_the_last_stage_installs_nothing_and_keeps_nothing_that_does():
    tools = {"apt-get", "apt", "apk", "gcc", "make", "curl", "wget", "git", "sudo"}

    assert [words for words in commands(FINAL) if set(words) & tools or "install" in words] == []
    assert any(words[:4] == ["python", "-m", "pip", "uninstall"] and "pip" in words[4:] for words in commands(FINAL))


def test_what_is_built_when_nobody_says_more_is_the_portal_alone():
    assert [it.rest for it in FILE[STARTS[-1] :]] == ["portal"]


def test_git_is_in_an_image_of_its_own_for_those_whose_catalog_is_a_clone():
    [install] = [words for words in commands(WITH_GIT) if "install" in words]

    assert install[:4] == ["apt-get", "install", "--yes", "--no-install-recommends"]
    assert set(install[4:]) == {"ca-certificates", "git", "openssh-client"}
    assert ["rm", "-rf", "/var/lib/apt/lists/*"] in commands(WITH_GIT)
    assert [it.rest for it in of("USER", WITH_GIT)] == ["0:0", of("USER")[-1].rest]


def test_it_runs_as_nobody_and_writes_to_one_place():
    [user] = of("USER")
    uid, _, gid = user.rest.partition(":")
    [volume] = of("VOLUME")
    environment = dict(it.split("=", 1) for line in of("ENV") for it in shlex.split(line.rest))

    assert int(uid) >= 10_000 <= int(gid)
    assert FINAL.index(user) > max(FINAL.index(run) for run in of("RUN"))
    assert json.loads(volume.rest) == [WRITABLE]
    assert {environment[it] for it in ("HOME", "TMPDIR", "SLIPWAY_STATE")} == {WRITABLE}


def test_it_is_started_without_a_shell_and_asked_how_it_is():
    [check] = of("HEALTHCHECK")
    asked, _, command = check.rest.partition("CMD ")

    assert [json.loads(it.rest) for it in of("ENTRYPOINT") + of("CMD")] == [["python", "-m", "cli"], ["portal"]]
    assert "127.0.0.1:8080/healthz" in json.loads(command)[-1]
    assert {"--interval", "--timeout", "--start-period", "--retries"} == {it.partition("=")[0] for it in asked.split()}
    assert [it.rest for it in of("STOPSIGNAL")] == ["SIGTERM"]
    assert [it.rest for it in of("EXPOSE")] == ["8080"]


def test_its_labels_say_what_it_is_made_of():
    labels = dict(it.split("=", 1) for line in of("LABEL") for it in shlex.split(line.rest))

    assert {it.removeprefix("org.opencontainers.image.") for it in labels} == LABELS
    said = {name for it in of("ARG") for name in [it.rest.partition("=")[0]]}
    assert {it for value in labels.values() for it in re.findall(r"\$\{(\w+)\}", value)} <= said


def test_no_secret_is_built_in():
    named = [it.rest.partition("=")[0] for it in FILE if it.word in ("ARG", "ENV")]
    assert [it for it in named if re.search("SECRET|TOKEN|PASSWORD|KEY", it)] == []
    assert of("ADD", FILE) == []


def copied() -> list[str]:
    """Of the repository."""
    return [source for it in of("COPY", FILE) if "from" not in it.flags for source in it.arguments[:-1]]


def test_what_is_copied_is_let_in_and_all_else_is_kept_out():
    rules = [it for it in (ROOT / ".dockerignore").read_text().splitlines() if it and not it.startswith("#")]

    assert rules[0] == "*"
    assert {it.removeprefix("!") for it in rules if it.startswith("!")} == set(copied())
    assert [it for it in copied() if not (ROOT / it).exists()] == []
    left_out = [it for it in rules[1:] if not it.startswith("!")]
    assert any(fnmatchcase("portal/__pycache__", it) for it in left_out)


def locked(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))


def test_its_lock_is_a_part_of_the_one_that_everything_is_tested_with():
    portal, whole = locked("requirements-portal.lock"), locked("requirements.lock")

    assert portal.items() <= whole.items(), (
        "uv pip compile --group portal -c requirements.lock --generate-hashes --no-header --no-annotate --universal "
        "--python-version 3.11 -o requirements-portal.lock"
    )
    assert not {"pulumi", "pulumi-aws", "ministack", "moto", "pip"} & portal.keys()


IMPORTS = """
import importlib.metadata, json, pkgutil, sys

lock, rooms = json.loads(sys.argv[1])
owners = importlib.metadata.packages_distributions()

class OnlyWhatIsThere:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        names = {it.lower().replace("_", "-") for it in owners.get(top, [])}
        is_ours = top in ("infra", "benchmarks", "tests", *rooms)
        if (is_ours and top not in rooms) or (names and not is_ours and not names & set(lock)):
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)

sys.meta_path.insert(0, OnlyWhatIsThere())
import cli.app, cli.portal, cli.portal_server
import portal, runtime, service_catalog
for package in (portal, runtime, service_catalog):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
"""


def test_what_the_portal_imports_is_in_the_image():
    rooms = [it for it in copied() if (ROOT / it).is_dir()]
    said = json.dumps([sorted(locked("requirements-portal.lock")), rooms])

    ended = subprocess.run([sys.executable, "-c", IMPORTS, said], cwd=ROOT, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr


# --- with an engine ---------------------------------------------------------------------------------------------------


def docker(*words: str, **variables: str) -> str:
    return subprocess.run(
        ["docker", *words], cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=True
    ).stdout.strip()


def why_no_engine() -> str:
    if not shutil.which("docker"):
        return "there is no Docker here"
    ended = subprocess.run(["docker", "info"], capture_output=True, text=True)
    return "" if ended.returncode == 0 else "Docker's engine does not answer here"


@pytest.fixture(scope="module")
def image() -> str:
    if why := why_no_engine():
        pytest.skip(why)
    [base] = [it.rest.removeprefix("BASE=") for it in of("ARG", FILE) if it.rest.startswith("BASE=")]
    docker("pull", base)
    digest = docker("inspect", "--format", "{{index .RepoDigests 0}}", base).partition("@")[2]
    docker("build", "--build-arg", f"BASE_DIGEST={digest}", "-t", "slipway-portal:test", ".")
    return "slipway-portal:test"


def test_it_is_built_runs_with_a_root_that_nobody_writes_to_and_stops_when_told(image):
    said = {
        "SLIPWAY_OIDC_ISSUER": "https://login.example.com",
        "SLIPWAY_OIDC_CLIENT_ID": "slipway",
        "SLIPWAY_OIDC_CLIENT_SECRET": "s",
        "SLIPWAY_PUBLIC_URL": "https://slipway.example.com",
        "SLIPWAY_SESSION_KEY": "k" * 64,
        "SLIPWAY_PROXIES": "1",
        "SLIPWAY_HOME_ENVIRONMENT": "dev",
    }
    options = [word for name in said for word in ("--env", name)]
    place = f"{WRITABLE}:uid=10001"
    container = docker("run", "--detach", "--read-only", "--tmpfs", place, *options, image, **said)
    try:
        assert eventually(lambda: docker("inspect", "--format", "{{.State.Health.Status}}", container) == "healthy", 90)
        assert docker("exec", container, "id", "-u") == "10001"
        docker("stop", "--time", "40", container)
        assert docker("inspect", "--format", "{{.State.ExitCode}}", container) == "0"
    finally:
        docker("rm", "--force", container)
