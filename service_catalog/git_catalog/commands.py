"""The git command: never asks, never waits for ever, and says in a sentence what went wrong."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from service_catalog.changes import Author
from service_catalog.messages import say
from service_catalog.problems import CatalogError, Problem

GIT = "Git"
"""Stands in a problem where a file's name stands in others"""
_SECONDS = 30
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_SAID_MAX = 400


class GitFailed(CatalogError):
    """Nothing of the change is there."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__([Problem(GIT, "", message, hint)])


class Git:
    def __init__(self, directory: Path, seconds: int = _SECONDS):
        self._directory, self._seconds = directory, seconds

    def __call__(self, *words: str, as_person: Mapping[str, str] | None = None) -> str:
        """What it prints. Raises CommandFailed."""
        found = self._run(words, as_person or {})
        if found.returncode:
            raise CommandFailed(words[0], told(found.stderr or found.stdout))
        return found.stdout.strip()

    def says(self, *words: str) -> bool:
        """Of a question that git answers by its exit code."""
        return self._run(words, {}).returncode == 0

    def _run(self, words: tuple[str, ...], more: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes", "LC_ALL": "C"}
        environment = quiet | {name: it for name, it in os.environ.items() if name not in _OTHERS} | dict(more)
        try:
            return subprocess.run(
                ["git", *words],
                cwd=self._directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CommandFailed(words[0], f"no answer within {self._seconds} s") from None
        except FileNotFoundError:
            raise GitFailed(say("there is no git command here"), say("install git beside the portal")) from None


def in_name_of(author: Author) -> dict[str, str]:
    """What tells git who made a commit."""
    return {
        f"GIT_{role}_{part}": said
        for role in ("AUTHOR", "COMMITTER")
        for part, said in (("NAME", author.name), ("EMAIL", author.email))
    }


_OTHERS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "LC_ALL"})
"""Of a command that git itself started, such as a hook: they would lead into its repository"""


class CommandFailed(Exception):
    def __init__(self, command: str, said: str):
        self.command, self.said = command, said
        super().__init__(f"git {command}: {said}")


_NOISE = ("hint:", "To ", "remote:", "error: failed to push some refs")
"""What says no more than that it went wrong"""


def without_credentials(text: str) -> str:
    """Those that stand in addresses."""
    return _CREDENTIALS.sub("", text)


def told(output: str) -> str:
    """The last that it said, on one line, without anybody's credentials."""
    lines = [line.removeprefix("remote: ").strip() for line in without_credentials(output).splitlines()]
    kept = [line for line in lines if line and not line.startswith(_NOISE)]
    return "; ".join(kept[-4:])[-_SAID_MAX:]
