"""A life of every type, one file per family."""

from collections.abc import Iterable

import pytest

from tests.local_cloud.aws.lives import (
    balancing,
    buckets,
    chats,
    containers,
    file_systems,
    firewalls,
    functions,
    gateways,
    identities,
    instances,
    messaging,
    names,
    networks,
    registries,
    runs,
    watching,
)
from tests.local_cloud.aws.lives.life import Life

LIVES: list[Life] = [
    life
    for family in (
        balancing,
        buckets,
        chats,
        containers,
        file_systems,
        firewalls,
        functions,
        gateways,
        identities,
        instances,
        messaging,
        names,
        networks,
        registries,
        runs,
        watching,
    )
    for life in family.LIVES
]


def on_each_emulator(lives: Iterable[Life]) -> pytest.MarkDecorator:
    """For a test of ``provider`` and ``life``. What MiniStack has not is tried where the local cloud adds it."""
    lives = list(lives)
    tried = [(emulator, life) for life in lives for emulator in ("ministack", "moto") if emulator not in life.not_on]
    tried += [("local_cloud", life) for life in lives if "ministack" in life.not_on]
    names = [f"{emulator}-{life.type.rpartition(':')[2]}" for emulator, life in tried]
    return pytest.mark.parametrize(("provider", "life"), tried, indirect=["provider"], ids=names)
