"""Of a compose file: the first of its services that publishes a port, else the first."""

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from service_catalog.messages import say
from service_catalog.problems import CatalogError, Problem
from service_catalog.start_from.start import Start, items
from service_catalog.yaml_text.reader import Unclear, read_unclear

_FILE = "compose.yaml"
_UNITS = {"b": 1 / 2**20, "k": 1 / 1024, "m": 1, "g": 1024}
_PLAIN = {"working_dir": "working_directory", "user": "user"}
_SWITCHES = {"read_only": "read_only_root", "init": "init_process"}


def read(text: str) -> Start:
    """Raises CatalogError."""
    found, _unclear = read_unclear(text, _FILE)
    services = found.get("services")
    named = {name: it for name, it in services.items() if isinstance(it, dict)} if isinstance(services, dict) else {}
    if not named:
        message, hint = say("holds no service"), say("paste a file with `services:`")
        raise CatalogError([Problem(_FILE, "services", message, hint)])
    chosen = next((name for name, it in named.items() if it.get("ports")), next(iter(named)))
    start = Start({"name": chosen})
    _take(start, named[chosen])
    for name in (name for name in named if name != chosen):
        start.left_out.append(say("service %(name)s: register it by itself", name=name))
    for top in (top for top in found if top not in ("services", "version", "name")):
        start.leave_out(top)
    return start


def _take(start: Start, said: Mapping[str, Any]) -> None:
    taken = {"image", "ports", "expose", "environment", "command", "entrypoint", "deploy", "stop_grace_period"}
    if image := said.get("image"):
        start.take_image(str(image))
    start.take_ports(_ports(said))
    start.take_variables(dict(_variables(said.get("environment"))))
    for theirs, ours in (("command", "command"), ("entrypoint", "entry_point")):
        if words := said.get(theirs):
            start.entry[ours] = _words(words)
    for theirs, ours in _PLAIN.items():
        if theirs in said:
            start.entry[ours] = str(said[theirs])
    for theirs, ours in _SWITCHES.items():
        if said.get(theirs) is True:
            start.entry[ours] = True
    if seconds := _seconds(said.get("stop_grace_period")):
        start.entry["stop_seconds"] = seconds
    _take_deploy(start, said.get("deploy"))
    if said.get("env_file"):
        start.entry["env_files"] = ["app"]
        start.left_out.append(say("env_file: what is in it is pasted into the env file `app`, once it is provisioned"))
    for field in said:
        if field not in {*taken, *_PLAIN, *_SWITCHES, "env_file"}:
            start.leave_out(field)


def _words(said: Any) -> list[str]:
    try:
        return shlex.split(said) if isinstance(said, str) else list(map(str, items(said)))
    except ValueError:
        return [str(said)]  # a quote without its other


def _take_deploy(start: Start, deploy: Any) -> None:
    said = deploy if isinstance(deploy, dict) else {}
    if isinstance(said.get("replicas"), int):
        start.entry["tasks"] = {"min": said["replicas"]}
    resources = said.get("resources")
    limits = resources.get("limits") if isinstance(resources, dict) else None
    if isinstance(limits, dict):
        cpus = re.fullmatch(r"[0-9]+(\.[0-9]+)?", str(limits.get("cpus", "")))
        start.take_size(float(cpus[0]) * 1024 if cpus else None, _mib(limits.get("memory")))
    for field in said:
        if field not in ("replicas", "resources"):
            start.leave_out(f"deploy.{field}")


def _ports(said: Mapping[str, Any]) -> Iterator[int]:
    """Those of the container, without a range's others and without a host's."""
    seen = set()
    for port in [*items(said.get("ports")), *items(said.get("expose"))]:
        word = port.get("target") if isinstance(port, dict) else str(port).partition("/")[0].rpartition(":")[2]
        number = re.match(r"[0-9]{1,5}", str(word))
        if number and number[0] not in seen:
            seen.add(number[0])
            yield int(number[0])


def _variables(said: Any) -> Iterator[tuple[str, str]]:
    if isinstance(said, dict):
        yield from ((key, _spelled(value)) for key, value in said.items() if value is not None)
    for line in items(said):
        key, equals, value = str(line).partition("=")
        if equals:
            yield key, value


def _spelled(value: Any) -> str:
    if isinstance(value, Unclear):
        return value.word
    return str(value).lower() if isinstance(value, bool) else str(value)


def _seconds(said: Any) -> int | None:
    found = re.fullmatch(r"(?:([0-9]+)m)?(?:([0-9]+)s)?", str(said or ""))
    return int(found[1] or 0) * 60 + int(found[2] or 0) if found else None


def _mib(said: Any) -> int | None:
    found = re.fullmatch(r"([0-9.]+) ?([bkmg])?b?", str(said or "").lower())
    return round(float(found[1]) * _UNITS[found[2] or "b"]) if found else None
