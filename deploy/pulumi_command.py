"""The `pulumi` command in a session of its own, so that a terminal's Ctrl-C reaches us alone: it would cancel all
stacks under way (pulumi/pulumi#9103)."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from pulumi.automation import CommandResult, LocalWorkspace, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error

_MOST_SIGNALS = 2
"""The first cancels: the resources under way end. The second terminates: they are left as pending operations."""


class OwnSession(PulumiCommand):
    """One for all stacks; asks the command once for its version."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[subprocess.Popen[str]] = set()
        self._signals = 0

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """What is printed counts at the end only: events have a way of their own."""
        environment = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with self._started([self.command, "--non-interactive", *args], cwd, environment) as process:
            printed, errors = process.communicate()
        result = CommandResult(printed.rstrip(), errors.rstrip(), process.returncode)
        if result.code:
            raise create_command_error(result)
        return result

    def interrupt(self) -> bool:
        """Whether some command was there to hear it, and may still heed it."""
        self._signals += 1
        running = [process for process in list(self._running) if process.poll() is None]
        if self._signals > _MOST_SIGNALS:
            return False
        for process in running:
            process.send_signal(signal.SIGINT)  # its own children it ends by itself
        return bool(running)

    @contextmanager
    def _started(self, command: list[str], cwd: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            self._running.add(process)
            try:
                yield process
            finally:
                self._running.discard(process)


class Workspace(LocalWorkspace):
    """Leaves alone which stack the checkout has selected: somebody may run `pulumi up` in the same checkout."""

    def select_stack(self, stack_name: str) -> None:
        self._carry_out("stack", "--stack", stack_name)

    def create_stack(self, stack_name: str) -> None:
        self._carry_out("stack", "init", stack_name, "--no-select")

    def _carry_out(self, *words: str) -> None:
        self.pulumi_command.run(list(words), self.work_dir, self.env_vars)
