"""Amazon States Language with JSONata, as far as ``infra/documents/runs.py`` speaks it.

One state follows another without any time between them; a task's answer, a retry and the end of a wait come later.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from jsonata import Jsonata

if TYPE_CHECKING:
    from tests.fake_aws.executions import Execution

State = Mapping[str, Any]
Answered = Callable[[Any], None]
Failed = Callable[[str, str], None]
"""Is told the error and its cause"""
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "parse": json.loads,
    "range": lambda first, last, step: list(range(first, last + 1, step)),
    "partition": lambda items, size: [items[at : at + size] for at in range(0, len(items), size)],
}
_RETRIES, _SECONDS_BEFORE_RETRY, _BACKOFF = 3, 1, 2
"""Of a retrier that does not say"""


class Flow:
    """The states of a whole execution, or those that one item of a Map goes through."""

    def __init__(
        self, execution: "Execution", states: Mapping[str, State], variables: Mapping[str, Any], ended: Answered
    ):
        self._execution, self._states, self._ended = execution, states, ended
        self._variables = dict(variables)

    def enter(self, name: str, given: Any) -> None:
        state = self._states[name]
        if self._execution.is_running:
            getattr(self, f"_{state['Type'].lower()}")(state, given)

    # --- the types of states ---

    def _pass(self, state: State, given: Any) -> None:
        self._leave(state, given, input=given)

    def _succeed(self, state: State, given: Any) -> None:
        self._ended(given)

    def _fail(self, state: State, given: Any) -> None:
        self._execution.fail(self._said(state["Error"], input=given), self._said(state["Cause"], input=given))

    def _wait(self, state: State, given: Any) -> None:
        seconds = self._said(state["Seconds"], input=given)
        self._execution.do_later(seconds, partial(self._leave, state, given, input=given))

    def _choice(self, state: State, given: Any) -> None:
        met = [it for it in state["Choices"] if self._said(it["Condition"], input=given)]
        self._leave(met[0] if met else {"Next": state["Default"]}, given, input=given)

    def _map(self, state: State, given: Any) -> None:
        items, inner = self._said(state["Items"], input=given), state["ItemProcessor"]
        results: dict[int, Any] = {}

        def ended(number: int, result: Any) -> None:
            results[number] = result
            if len(results) == len(items):
                in_order = [results[it] for it in range(len(items))]
                self._leave(state, in_order, input=given, result=in_order)

        for number, item in enumerate(items):
            flow = Flow(self._execution, inner["States"], self._variables, partial(ended, number))
            flow.enter(inner["StartAt"], item)

    def _task(self, state: State, given: Any) -> None:
        retried: Counter[str] = Counter()
        """By the first error that a retrier names"""

        def attempt() -> None:
            arguments = self._said(state["Arguments"], input=given)
            seconds = self._said(state.get("TimeoutSeconds"), input=given)
            self._execution.ask(state["Resource"], arguments, seconds, answered, failed)

        def answered(result: Any) -> None:
            self._leave(state, result, input=given, result=result)

        def failed(error: str, cause: str) -> None:
            retrier, catcher = _first(state.get("Retry"), error), _first(state.get("Catch"), error)
            name = retrier["ErrorEquals"][0] if retrier else ""
            if retrier and retried[name] < retrier.get("MaxAttempts", _RETRIES):
                backoff = retrier.get("BackoffRate", _BACKOFF) ** retried[name]
                retried[name] += 1
                return self._execution.do_later(
                    retrier.get("IntervalSeconds", _SECONDS_BEFORE_RETRY) * backoff, attempt
                )
            if catcher is None:
                return self._execution.fail(error, cause)
            told = {"Error": error, "Cause": cause}
            return self._leave(catcher, told, input=given, errorOutput=told)

        attempt()

    def _leave(self, way: State, answer: Any, **states: Any) -> None:
        """By a state, a rule of a choice or a catcher; ``answer`` is its output where it says no other."""
        self._variables |= self._said(way.get("Assign", {}), **states)
        output = self._said(way["Output"], **states) if "Output" in way else answer
        if "Next" in way:
            self.enter(way["Next"], output)
        else:
            self._ended(output)

    def _said(self, value: Any, **states: Any) -> Any:
        """With every expression in it evaluated."""
        if isinstance(value, Mapping):
            return {name: self._said(it, **states) for name, it in value.items()}
        if isinstance(value, list):
            return [self._said(it, **states) for it in value]
        if isinstance(value, str) and value.startswith("{%"):
            known = {"states": {"context": self._execution.context, **states}, **self._variables}
            return _evaluated(value.removeprefix("{%").removesuffix("%}"), known)
        return value


def _first(ways: Sequence[State] | None, error: str) -> State | None:
    """Of the retriers or catchers; a task that fails in whatever way has failed, one that takes too long has not."""
    names = {"States.ALL", error} | ({"States.TaskFailed"} if error != "States.Timeout" else set())
    return next((it for it in ways or () if names.intersection(it["ErrorEquals"])), None)


def _evaluated(text: str, known: Mapping[str, Any]) -> Any:
    expression = Jsonata.jsonata(text)
    for name, function in _FUNCTIONS.items():
        expression.register_lambda(name, function)
    return json.loads(json.dumps(expression.evaluate(None, known)))
