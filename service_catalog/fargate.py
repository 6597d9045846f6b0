"""Which sizes Fargate takes: legal pairs of CPU units and memory, as a table.

Source: AWS, task definition parameters for Fargate, as of 2026.
"""

from service_catalog.messages import say

_GIB = 1024

MEMORY_MIB: dict[int, tuple[int, ...]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
    32768: (60 * _GIB, 120 * _GIB, 244 * _GIB),
}
"""CPU units (1024 = one vCPU) to the memory sizes, in MiB, that go with them."""


def size_problem(cpu: int, memory_mib: int) -> str | None:
    """Why Fargate would refuse this pair, with what would do instead; None when it is legal."""
    if cpu not in MEMORY_MIB:
        sizes = ", ".join(map(str, MEMORY_MIB))
        return say("must be one of Fargate's sizes %(sizes)s, got %(given)s", sizes=sizes, given=cpu)
    legal = MEMORY_MIB[cpu]
    if memory_mib in legal:
        return None
    nearest = min(legal, key=lambda size: abs(size - memory_mib))
    return say(
        "must be %(low)s to %(high)s MiB in Fargate's steps beside %(cpu)s CPU units, got %(given)s; "
        "the nearest is %(nearest)s",
        low=legal[0],
        high=legal[-1],
        cpu=cpu,
        given=memory_mib,
        nearest=nearest,
    )


def is_fargate(capacity: str) -> bool:
    """As ``compute.capacity`` names it; whatever else there is are the environment's own instances."""
    return capacity.startswith("fargate")
