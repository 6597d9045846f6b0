"""The embedded engine: runs a Pulumi program in this process, without the Pulumi CLI, over any ``Provider``.

``program`` runs it; the SDK talks to ``monitor``; ``deployment`` decides what each registration asks of the provider;
``prune`` deletes what is no longer wanted; ``state`` is what a stack holds, ``checkpoint_file`` its text, ``backend``
the directory of all stacks, in the form that a ``pulumi`` CLI keeps and opens. No room here knows a cloud by name.
"""

from local_cloud.engine.backend import Backend, NoSuchStack
from local_cloud.engine.checkpoint_file import UnreadableState
from local_cloud.engine.events import Event, OnEvent, Result
from local_cloud.engine.lock import StackLocked
from local_cloud.engine.program import Program
from local_cloud.engine.run import destroy, refresh, run
from local_cloud.engine.secrecy import WrongPassphrase

__all__ = [
    "Backend",
    "Event",
    "NoSuchStack",
    "OnEvent",
    "Program",
    "Result",
    "StackLocked",
    "UnreadableState",
    "WrongPassphrase",
    "destroy",
    "refresh",
    "run",
]
