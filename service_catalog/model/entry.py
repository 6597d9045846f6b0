"""What every model of a catalog file has: strictness, and which kinds of service have which field."""

from typing import Annotated, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict

Kind = Literal["web", "worker", "job", "task"]
"""Of a service: what runs it, and so which fields it has."""


class OnlyFor(NamedTuple):
    """Beside a field's type: the kinds of service that have it. A field without belongs to all of them."""

    kinds: tuple[Kind, ...]


class Sets(NamedTuple):
    """Beside a field's type: the environment variable that the program gets where the field is given."""

    variable: str


_T = TypeVar("_T")
OfWeb = Annotated[_T, OnlyFor(("web",))]
OfWorker = Annotated[_T, OnlyFor(("worker",))]
OfJob = Annotated[_T, OnlyFor(("job",))]
OfServices = Annotated[_T, OnlyFor(("web", "worker"))]
"""Kinds that run as an ECS service: tasks that are replaced and counted"""
OfRuns = Annotated[_T, OnlyFor(("job", "task"))]
"""Kinds whose tasks end by themselves"""


class Entry(BaseModel):
    """Base of everything a catalog file may hold."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
