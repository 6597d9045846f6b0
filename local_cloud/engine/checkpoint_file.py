"""A checkpoint as a file: the JSON that Pulumi's own file backend keeps, so that a ``pulumi`` CLI can open it."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_cloud.engine.secrecy import Passphrase
from local_cloud.engine.state import Checkpoint, Operation, Resource
from local_cloud.engine.values import concealed, revealed

_VERSION = 3
_NAMES = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "dependencies": "dependencies",
    "init_errors": "initErrors",
    "provider": "provider",
    "property_dependencies": "propertyDependencies",
    "pending_replacement": "pendingReplacement",
    "additional_secret_outputs": "additionalSecretOutputs",
    "custom_timeouts": "customTimeouts",
    "retain_on_delete": "retainOnDelete",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
}
_ALWAYS = {"urn", "custom", "type"}
_LISTS = {"dependencies", "init_errors", "additional_secret_outputs", "ignore_changes", "replace_on_changes"}
_LATEST = {"manifest", "secrets_providers", "resources", "pending_operations"}


class UnreadableState(Exception):
    """The state file is not one this engine can go on from."""


class CheckpointFile:
    """One stack's file. A resource's text is made once: it is frozen, and the file is written after every step."""

    def __init__(self, path: Path, stack: str, passphrase: str) -> None:
        self._path = path
        self._stack = stack
        self._cipher = Passphrase(passphrase)
        self._unread: dict[str, Any] = {"metadata": {}}
        self._texts: dict[int, tuple[Resource, str]] = {}

    def load(self, save: Callable[[Checkpoint], None]) -> Checkpoint:
        """An empty one when the stack is new. Raises UnreadableState, WrongPassphrase."""
        latest = self._latest()
        self._unread = {key: value for key, value in latest.items() if key not in _LATEST} or self._unread
        self._take_cipher(latest.get("secrets_providers") or {})
        resources = [self._resource(entry) for entry in latest.get("resources") or []]
        operations = [
            Operation(entry["type"], self._resource(entry["resource"]))
            for entry in latest.get("pending_operations") or []
            if entry["type"] not in ("reading", "importing")
        ]
        return Checkpoint(resources, operations, save)

    def write(self, checkpoint: Checkpoint) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_text(self._path, self._text(checkpoint))

    def _latest(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        try:
            document = json.loads(self._path.read_text())
            version, latest = document["version"], document["checkpoint"].get("latest") or {}
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise UnreadableState(f"{self._path}: no checkpoint of Pulumi's ({error}); restore or remove it") from error
        if version != _VERSION:
            raise UnreadableState(
                f"{self._path}: version {version}, this engine reads {_VERSION}; use the CLI that wrote it"
            )
        return latest

    def _take_cipher(self, providers: Mapping[str, Any]) -> None:
        kind = providers.get("type", "passphrase")
        if kind != "passphrase":
            raise UnreadableState(
                f"{self._path}: its secrets are kept by {kind!r}; this engine knows only 'passphrase'"
            )
        self._cipher.state = providers.get("state", {}).get("salt", "")

    def _resource(self, entry: Mapping[str, Any]) -> Resource:
        fields: dict[str, Any] = {name: entry[key] for name, key in _NAMES.items() if key in entry}
        for name in ("inputs", "outputs"):
            fields[name], fields[f"{name[:-1]}_secrets"] = revealed(fields.get(name) or {}, self._opened)
        for name in _LISTS & fields.keys():
            fields[name] = tuple(fields[name] or ())
        fields["property_dependencies"] = {
            key: tuple(urns or ()) for key, urns in (fields.get("property_dependencies") or {}).items()
        }
        unread = {key: value for key, value in entry.items() if key not in _NAMES.values()}
        return Resource(**fields, unread=unread)

    def _opened(self, wrapped: Mapping[str, Any]) -> Any:
        plain = wrapped["plaintext"] if "plaintext" in wrapped else self._cipher.decrypt(wrapped["ciphertext"])
        return json.loads(plain)

    def _sealed(self, plain: Any) -> dict[str, str]:
        return {"ciphertext": self._cipher.encrypt(json.dumps(plain))}

    def _text(self, checkpoint: Checkpoint) -> str:
        resources = [self._resource_text(resource) for resource in checkpoint.ordered()]
        operations = [
            f'{{"resource": {self._resource_text(operation.resource)}, "type": "{operation.doing}"}}'
            for operation in checkpoint.operations()
        ]
        latest = {"manifest": json.dumps({"time": datetime.now(UTC).isoformat(), "magic": "", "version": ""})}
        if self._cipher.state:
            latest["secrets_providers"] = json.dumps({"type": "passphrase", "state": {"salt": self._cipher.state}})
        latest["resources"] = _lines(resources)
        if operations:
            latest["pending_operations"] = _lines(operations)
        latest |= {key: json.dumps(value) for key, value in self._unread.items()}
        self._forget_old_texts(checkpoint)
        members = ",\n".join(f"{json.dumps(key)}: {text}" for key, text in latest.items())
        head = f'{{"version": {_VERSION}, "checkpoint": {{"stack": {json.dumps(self._stack)}, "latest": {{'
        return f"{head}\n{members}\n}}}}}}\n"

    def _resource_text(self, resource: Resource) -> str:
        known = self._texts.get(id(resource))
        if known is None:
            known = (resource, json.dumps(self._entry(resource)))
            self._texts[id(resource)] = known
        return known[1]

    def _forget_old_texts(self, checkpoint: Checkpoint) -> None:
        operations = [operation.resource for operation in checkpoint.operations()]
        current = [*checkpoint.live(), *checkpoint.doomed(), *operations]
        self._texts = {id(resource): self._texts[id(resource)] for resource in current}

    def _entry(self, resource: Resource) -> dict[str, Any]:
        entry = {key: getattr(resource, name) for name, key in _NAMES.items()}
        entry["inputs"] = concealed(resource.inputs, resource.input_secrets, self._sealed)
        entry["outputs"] = concealed(resource.outputs, resource.output_secrets, self._sealed)
        told = {key: value for key, value in entry.items() if value or key in _ALWAYS}
        return {**told, **resource.unread}


def _lines(texts: list[str]) -> str:
    return "[\n" + ",\n".join(texts) + "\n]" if texts else "[]"


def replace_text(path: Path, text: str) -> None:
    """Whole or not at all, and for its owner's eyes only."""
    draft = path.with_name(f".{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    os.replace(draft, path)
