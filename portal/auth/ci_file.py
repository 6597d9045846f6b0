"""The file that says which jobs of a CI may do what: JSON, a list of what ``CiTrust`` holds. See docs/ci.md."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from portal.auth.settings import CiTrust
from portal.token_form import ACTIONS

_Text = Annotated[str, Field(min_length=1, max_length=500)]
_Names = Annotated[tuple[_Text, ...], Field(min_length=1)]
LOOPBACK = ("127.0.0.1", "localhost")


class BadTrust(ValueError):
    """A file that lets in nobody, or anybody."""


class _Trust(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: _Text
    audience: _Text
    claims: Annotated[dict[_Text, _Text], Field(min_length=1)]
    team: _Text
    actions: _Names
    services: _Names
    environments: _Names


def read(path: Path) -> tuple[CiTrust, ...]:
    """Raises BadTrust with all that is wrong, and OSError."""
    try:
        found = TypeAdapter(list[_Trust]).validate_json(path.read_bytes())
    except ValidationError as error:
        raise BadTrust(
            "\n".join(_line(path, it["loc"], it["msg"]) for it in error.errors(include_url=False))
        ) from error
    problems = [_line(path, (number, *where), what) for number, it in enumerate(found) for where, what in _problems(it)]
    if problems:
        raise BadTrust("\n".join(problems))
    return tuple(CiTrust(**it.model_dump()) for it in found)


def _problems(trust: _Trust) -> list[tuple[tuple[str, ...], str]]:
    problems: list[tuple[tuple[str, ...], str]] = []
    issuer = urlsplit(trust.issuer)
    is_safe = issuer.scheme == "https" or (issuer.scheme == "http" and issuer.hostname in LOOPBACK)
    if not is_safe or not issuer.hostname:
        problems.append((("issuer",), "must begin with https://"))
    if not {"repository", "project_path", "sub"} & trust.claims.keys():
        # Every repository of the world has an issuer in common with ours.
        problems.append((("claims",), "must name one repository, by repository, project_path or sub"))
    if unknown := [it for it in trust.actions if it not in ACTIONS]:
        problems.append((("actions",), f"there is no {unknown[0]}; there are {', '.join(ACTIONS)}"))
    return problems


def _line(path: Path, where: tuple[object, ...], what: str) -> str:
    return f"{path}: {'.'.join(map(str, where))}: {what}"
