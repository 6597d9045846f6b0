"""Releasers that died, for ``Gateways.connect(around_steps=…)``."""

from collections.abc import Callable
from typing import Any, cast

from runtime.releases.execute import Steps


def before(step: str) -> Callable[[Steps], Steps]:
    """The step of that name."""
    return lambda steps: cast(Steps, _DiedBefore(steps, step))


class _DiedBefore:
    def __init__(self, steps: Steps, step: str):
        self._steps, self._step = steps, step

    def __getattr__(self, name: str) -> Any:
        if name == self._step:
            raise KeyboardInterrupt
        return getattr(self._steps, name)
