"""What a list may hold only once."""

from collections.abc import Iterable, Iterator

from service_catalog.messages import say
from service_catalog.validation.faults import Fault
from service_catalog.yaml_text.locations import Path


def listed_twice(path: Path, values: Iterable[object]) -> Iterator[Fault]:
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Fault((*path, index), say("is listed twice"), say("remove one"))
        seen.add(value)
