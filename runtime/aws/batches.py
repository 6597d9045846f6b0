"""What AWS takes only so many of at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(found: Iterable[T], size: int) -> Iterator[list[T]]:
    """As ``itertools`` has it from Python 3.12 on."""
    rest = iter(found)
    while some := list(islice(rest, size)):
        yield some
