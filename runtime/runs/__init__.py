"""What is started, watched and stopped by itself, beside what a service runs for good."""

from runtime.runs.request import RunRequest as RunRequest
from runtime.runs.run import Copy as Copy
from runtime.runs.run import Run as Run
from runtime.runs.run import RunStatus as RunStatus
from runtime.runs.runs import RunInvalid as RunInvalid
from runtime.runs.runs import Runs as Runs
