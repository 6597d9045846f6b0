"""Which sizes Fargate takes: legal pairs of CPU units and memory, as a table.

Source: AWS, task definition parameters for Fargate, as of 2026.
"""

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
        return f"Fargate has no size with {cpu} CPU units; choose one of {', '.join(map(str, MEMORY_MIB))}"
    legal = MEMORY_MIB[cpu]
    if memory_mib in legal:
        return None
    nearest = min(legal, key=lambda size: abs(size - memory_mib))
    return (
        f"Fargate gives {cpu} CPU units between {legal[0]} and {legal[-1]} MiB in fixed steps, not {memory_mib}; "
        f"the nearest is {nearest}"
    )
