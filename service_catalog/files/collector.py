"""Python's cyclic collector, kept out of the way while many files are read.

All that is read is kept, so looking through it again and again finds nothing and costs a sixth of the time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_rest() -> Iterator[None]:
    """Several threads may read at once: the first one that ends wakes the collector, which harms none of them."""
    was_awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_awake:
            if not gc.get_freeze_count():
                # All that was read becomes old at once, without being looked through.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
