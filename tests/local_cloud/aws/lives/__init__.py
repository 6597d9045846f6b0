"""A life of every type, one file per family."""

from tests.local_cloud.aws.lives import balancing, buckets, containers, identities, networks, watching
from tests.local_cloud.aws.lives.life import Life

LIVES: list[Life] = [
    life for family in (balancing, buckets, containers, identities, networks, watching) for life in family.LIVES
]
