"""What MiniStack's Step Functions and Scheduler lack or do otherwise than AWS, mended from outside.

run_task.py    ``ecs:runTask.sync``: one task's description, failed tasks fail the state, what is given up is stopped
history.py     events of an execution as Step Functions words them, each with a number of its own
get_object.py  ``aws-sdk:s3:getObject``
schedules.py   schedules keep to their time zone, and make up for nothing that they missed

As with the shims of tasks, each has a test that says when MiniStack has caught up.
"""

from collections.abc import Callable

from ministack.services import ecs, eventbridge, s3, scheduler, stepfunctions

from local_cloud.step_functions import get_object, history, run_task, schedules


def install(changed: Callable[[], None]) -> None:
    """``changed`` is called when an execution went on by itself."""
    history.install(stepfunctions, changed)
    run_task.install(stepfunctions, ecs)
    get_object.install(stepfunctions, s3)
    schedules.install(scheduler, eventbridge)
