"""How large one run may be. Step Functions ends an execution at 25,000 events: each copy leaves 6, each of its attempts
4 more, and each time that ECS is too busy 3."""

COPIES_MAX = 1000
_STARTS_MAX = 3000


def most_copies(attempts: int) -> int:
    """Beside so many attempts at each of them."""
    return min(COPIES_MAX, _STARTS_MAX // attempts)
