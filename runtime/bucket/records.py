"""Reads the record models of ``service_catalog/records`` from objects, and says which of them nobody can read."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from runtime.aws.errors import GatewayError
from runtime.bucket.objects import Stored
from service_catalog.messages import say
from service_catalog.records.record import Record, UnreadableRecord

log = logging.getLogger(__name__)

T = TypeVar("T", bound=Record)


class Unreadable(GatewayError):
    """An object of ours that does not hold what it should, or that a newer version wrote in a form of its own."""

    def __init__(self, sentence: str, fault: str, is_newer: bool):
        self.fault, self.is_newer = fault, is_newer
        super().__init__(sentence)


@dataclass(frozen=True)
class RecordsByService(Generic[T]):
    readable: Mapping[str, T]
    unreadable: Mapping[str, Unreadable]


class DamagedObjects:
    """Those that nobody has to restore, as the next write puts them right. Each is told of once, however often it is
    met, until another is written."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def tell(self, stored: Stored, error: Unreadable) -> None:
        if (stored.key, stored.etag) not in self._told:
            self._told.add((stored.key, stored.etag))
            log.warning("object damaged until it is written again key=%s error=%s", stored.key, error.fault)


def parsed(model: type[T], key: str, body: bytes) -> T:
    """Raises Unreadable."""
    try:
        return model.from_json(body)
    except UnreadableRecord as error:
        if error.is_newer:
            newer = say("%(key)s in the config bucket was written by a newer Slipway; update this one", key=key)
            raise Unreadable(newer, str(error), is_newer=True) from error
        damaged = say(
            "%(key)s in the config bucket is damaged (%(error)s); put its previous version back, with the break-glass "
            "role of the environment",
            key=key,
            error=str(error),
        )
        raise Unreadable(damaged, str(error), is_newer=False) from error
