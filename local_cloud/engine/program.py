"""Running a Pulumi program in this process, in a world of its own.

The SDK keeps its settings in context variables, so each run has its own context, and several may go on side by side.
"""

import asyncio
import contextvars
import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType
from typing import Any

from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import reset_options
from pulumi.runtime.stack import run_in_stack

log = logging.getLogger(__name__)

Program = Callable[[], Any] | Path
"""A function (it may be async), a script, or a directory with a ``__main__.py``."""

_BUILDING = threading.Lock()
"""Pulumi's packages load their modules when these are first touched, and two threads that touch one at once break it.
Scripts touch them from beginning to end and wait for nothing meanwhile, so one after the other costs no time."""

WORKERS = 16
"""As many registrations go on at once as with the CLI."""


@dataclass(frozen=True)
class World:
    """What ``pulumi.get_organization()`` and its kin answer."""

    organization: str
    project: str
    stack: str


def run_isolated(
    program: Program, *, world: World, monitor: Any, engine: Any, preview: bool, config: Mapping[str, str]
) -> None:
    """Raises whatever the program raises."""

    def isolated() -> None:
        # An address may be any object with the methods of the service.
        reset_options(
            project=world.project,
            stack=world.stack,
            organization=world.organization,
            root_directory=str(Path.cwd()),
            parallel=WORKERS,
            monitor_address=monitor,
            engine_address=engine,
            preview=preview,
        )
        set_all_config(dict(config), [])
        with asyncio.Runner() as runner:
            runner.get_loop().set_default_executor(ThreadPoolExecutor(WORKERS))
            # Outputs that nobody awaited repeat an error which ends the run anyway, each with a traceback on stderr.
            runner.get_loop().set_exception_handler(lambda loop, context: log.debug("unawaited %s", context))
            runner.run(run_in_stack(program if callable(program) else partial(_run_script, program)))

    contextvars.copy_context().run(isolated)


def told(error: Exception) -> str:
    """A program's failure in one line, with the place in the program rather than in a library it called."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_the_programs(frame.filename)]
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"the program failed: {type(error).__name__}: {error}{where}"


def _is_the_programs(filename: str) -> bool:
    ours = str(Path(__file__).parent)
    return not filename.startswith((ours, "<")) and "site-packages" not in filename and "/lib/python" not in filename


def _run_script(path: Path) -> None:
    """Not by ``runpy``: that one swaps ``sys.modules['__main__']``, which other threads would see."""
    script = path / "__main__.py" if path.is_dir() else path
    with _BUILDING:
        exec(_compiled(script, script.stat().st_mtime_ns), {"__name__": "__main__", "__file__": str(script)})


@lru_cache(maxsize=16)
def _compiled(script: Path, changed_at: int) -> CodeType:
    return compile(script.read_text(), str(script), "exec")
