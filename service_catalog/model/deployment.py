"""How a release replaces what runs."""

from typing import Annotated, Literal

from pydantic import Field

from service_catalog.model.entry import Entry, OfWeb
from service_catalog.model.values import Minutes, Words

SHIFTING = ("blue-green", "canary", "linear")
"""Strategies of which ECS shifts requests from old tasks to new ones"""
DEFAULT_BAKE_MINUTES = 5
BakeMinutes = Annotated[int, Field(ge=0, le=1440)]
"""A day at most"""


RollbackAlarm = Literal[
    "all", "cpu_percent", "memory_percent", "unhealthy_targets", "message_age_seconds", "dead_letters"
]
"""A field of ``alarms``, or all of them"""


class Canary(Entry):
    percent: Annotated[float, Field(ge=0.1, le=100)] = 5.0
    """How many of the requests the new tasks get at first"""
    bake_minutes: BakeMinutes = 10
    """How long they get no more than these"""


class Linear(Entry):
    step_percent: Annotated[float, Field(ge=3, le=100)] = 10.0
    """How many more of the requests the new tasks get with each step"""
    step_bake_minutes: BakeMinutes = 6
    """How long each step lasts"""


class Approval(Entry):
    stage: Literal["before-requests", "each-step", "after-requests"] = "before-requests"
    """`before-requests`: new tasks get none yet; `each-step`: before each share; `after-requests`: they get all"""
    timeout_minutes: Annotated[int, Field(ge=1, le=20_160)] = 1440
    """How long a deployment waits for somebody; two weeks at most"""
    otherwise: Literal["roll-back", "continue"] = "roll-back"
    """What happens when nobody came until then"""


class Deployment(Entry):
    strategy: Literal["rolling", "recreate", "blue-green", "canary", "linear"] = "rolling"
    """How new tasks replace old ones: by and by, after all the old ones, or by shifting requests from those to these"""
    minimum_healthy_percent: Annotated[int, Field(ge=0, le=100)] = 100
    """Of the wanted count, rounded up, this many stay healthy while a `rolling` deployment goes on"""
    maximum_percent: Annotated[int, Field(ge=100, le=400)] = 200
    """Of the wanted count, rounded down, this many may run while a `rolling` deployment goes on"""
    bake_minutes: OfWeb[BakeMinutes | None] = None
    """How long the old tasks stay once all requests go to the new ones; 5 if left out"""
    canary: OfWeb[Canary | None] = None
    """The first step of a `canary`"""
    linear: OfWeb[Linear | None] = None
    """The steps of `linear`"""
    test_listener: OfWeb[bool] = False
    """The new tasks answer at the environment's test listener before any request is shifted to them"""
    approval: OfWeb[Approval | None] = None
    """A deployment that shifts requests waits for somebody to continue it, in the portal or by `slipway release`"""
    alarms: Annotated[tuple[RollbackAlarm, ...], Field(strict=False)] = ()
    """Which of the entry's `alarms` roll a deployment back if they begin to ring: `cpu_percent`, …, or `all`"""

    @property
    def shifts_traffic(self) -> bool:
        """ECS then shifts requests from the old tasks' target group to the new tasks' one."""
        return self.strategy in SHIFTING


class BeforeRelease(Entry):
    command: Words
    """What to run, such as a migration: the program, then one argument each"""
    timeout_minutes: Minutes = 10
    """How long it may take; then it is stopped, and the release changes nothing"""
