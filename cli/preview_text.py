"""How a preview is shown: each stack with what would happen to its resources."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from cli.json_document import say_json
from deploy import results
from deploy.preview import Previewed
from deploy.progress import Step
from deploy.results import Result
from service_catalog.messages import as_data

_SIGNS = {"create": "+", "import": "=", "update": "~", "replace": "±", "delete": "-"}


def show_previews(previews: Sequence[Previewed], form: str, code: int) -> None:
    if form == "jsonl":
        _json_lines(previews, code)
    elif form == "json":
        _json_document(previews, code)
    else:
        _text(previews)


def _json_lines(previews: Sequence[Previewed], code: int) -> None:
    for result, changes in previews:
        for step in changes.steps:
            if step.action in _SIGNS:
                click.echo(json.dumps({"event": "step", **asdict(step)}, ensure_ascii=False))
        click.echo(json.dumps(results.as_json(result) | {"messages": _messages(result)}, ensure_ascii=False))
    click.echo(json.dumps({"event": "end", "exit_code": code, "text": _sum(previews)}))


def _json_document(previews: Sequence[Previewed], code: int) -> None:
    found = [
        {**asdict(result), "steps": [asdict(step) for step in changes.steps if step.action in _SIGNS]}
        for result, changes in previews
    ]
    say_json({"results": found, "text": _sum(previews), "exit_code": code})


def _messages(result: Result) -> dict[str, Any]:
    """Its sentences as data, for who says them in other words."""
    return {"ended": as_data(result.ended), "details": [as_data(it) for it in result.details]}


def _text(previews: Sequence[Previewed]) -> None:
    for result, changes in previews:
        counts = f" ({_would(result.counts)})" if result.counts else ""
        click.echo(f"{result.stack}: {result.ended}{counts}")
        for detail in result.further:
            click.echo(f"    {detail}")
        for step in changes.steps:
            if step.action in _SIGNS:
                click.echo(f"  {_line(step)}")
    click.echo(_sum(previews))


def _sum(previews: Sequence[Previewed]) -> str:
    differ = [result for result, _ in previews if result.status != "unchanged"]
    return f"{len(differ)} of {len(previews)} stacks differ" if differ else "nothing differs from the catalog"


def _line(step: Step) -> str:
    changed = f"  [{', '.join(step.changed)}]" if step.changed and step.action != "create" else ""
    return f"{_SIGNS[step.action]} {step.type}  {step.name}{changed}"


def _would(counts: object) -> str:
    assert isinstance(counts, dict)
    return ", ".join(f"{count} to {action}" for action, count in counts.items())
