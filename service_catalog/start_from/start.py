"""What was made of another text, and what of it was not taken over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from service_catalog.env_file.secrets import is_suspect
from service_catalog.messages import Message, say

_STEPS = (256, 512, 1024, 2048, 4096, 8192, 16384)
"""Of CPU units; Fargate has no others"""


def items(said: Any) -> list[Any]:
    """Of a list; of anything else that stands in its place, nothing."""
    return said if isinstance(said, list) else []


def groups(said: Any) -> list[dict[str, Any]]:
    return [it for it in items(said) if isinstance(it, dict)]


@dataclass
class Start:
    entry: dict[str, Any] = field(default_factory=dict)
    left_out: list[Message] = field(default_factory=list)

    def take_image(self, reference: str) -> None:
        """A tag is what releases choose."""
        repository, _, tag = reference.partition("@")[0].rpartition(":")
        if not repository or "/" in tag:
            repository, tag = reference.partition("@")[0], ""
        self.entry["image"] = {"repository": repository}
        if tag or "@" in reference:
            self.left_out.append(
                say("image: %(image)s without its tag or digest: a release says which runs", image=reference)
            )

    def take_variables(self, variables: Mapping[str, str]) -> None:
        """Entries are read by everybody: what looks like a secret is named, and its value not repeated."""
        kept = {key: value for key, value in variables.items() if not is_suspect(key, value)}
        if kept:
            self.entry["environment"] = {**self.entry.get("environment", {}), **kept}
        for key in variables.keys() - kept.keys():
            self.left_out.append(
                say(
                    "%(key)s looks like a secret: keep it in SSM or Secrets Manager and name it below `secrets`",
                    key=key,
                )
            )

    def take_ports(self, ports: Iterable[int]) -> None:
        """The first; a service is reached at one, and under which paths nobody has said yet."""
        first, *others = [*ports] or [0]
        if first:
            self.entry["port"] = first
            self.entry["exposure"] = {"paths": []}
        for port in others:
            self.left_out.append(say("port %(port)s: a service is reached at one", port=port))

    def take_size(self, cpu: float | None, memory_mib: int | None) -> None:
        """CPU units, rounded up to what Fargate has."""
        size: dict[str, int] = {}
        if cpu:
            size["cpu"] = next((step for step in _STEPS if step >= cpu), _STEPS[-1])
        if memory_mib:
            size["memory_mib"] = memory_mib
        if size:
            self.entry["compute"] = {**self.entry.get("compute", {}), **size}

    def leave_out(self, what: str) -> None:
        self.left_out.append(say("%(what)s: an entry has no such field", what=what))
