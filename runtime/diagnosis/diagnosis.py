"""Why a release most likely failed, from what its tasks left behind and from what it changed. Pure."""

from collections.abc import Sequence

from runtime.diagnosis.facts import FailedTask, WhatChanged
from runtime.diagnosis.rules import RULES, RULES_OF_RUNS, of_alarms
from service_catalog.messages import Message, joined, say
from service_catalog.records.releases import Diagnosis, Outcome

_SAME_LINES = 20
_GUESS = "Most likely: %(cause)s"


def diagnose(
    tasks: Sequence[FailedTask], changed: WhatChanged, ecs_reason: str = "", rang: Sequence[str] = ()
) -> Diagnosis:
    """``tasks`` are the failed ones, the last first; ``rang`` the alarms by which ECS gave it up."""
    evidence, said = evidence_of(tasks), (ecs_reason,) if ecs_reason else ()
    if rang:
        alarm = of_alarms(rang, changed)
        return Diagnosis(
            code=alarm.code,
            sentence=alarm.sentence,
            advice=alarm.advice,
            others=alarm.others,
            said=said,
            evidence=evidence,
        )
    for task in tasks or [FailedTask("", reason=ecs_reason)]:
        for rule in RULES:
            if found := rule(task, changed):
                sentence = say("Most likely: %(cause)s", cause=found.sentence)
                return Diagnosis(
                    code=found.code,
                    sentence=sentence,
                    advice=found.advice,
                    keys=found.keys,
                    others=found.others,
                    said=said,
                    evidence=evidence,
                )
    sentence, advice = say("ECS gave no reason that we know"), say("Look at the events and the logs")
    return Diagnosis(code="unknown", sentence=sentence, advice=advice, said=said, evidence=evidence)


def of_first_run(tasks: Sequence[FailedTask], changed: WhatChanged, how_it_ended: str) -> Diagnosis:
    """Of a program that was to end: what is certain comes first, and a guess where there is more to it."""
    found = next((it for task in tasks for rule in RULES_OF_RUNS if (it := rule(task, changed))), None)
    guess = say("Most likely: %(cause)s", cause=found.sentence) if found else ""
    return Diagnosis(
        code=found.code if found else "first-run",
        sentence=joined(". ", [how_it_ended, guess]) if guess else how_it_ended,
        advice=found.advice if found else say("Look at its last log lines; mend it, then release again"),
        keys=found.keys if found else (),
        evidence=evidence_of(tasks),
    )


def in_full(found: Diagnosis) -> Message:
    """All of it as sentences: ECS's words, what was seen, the guess, the advice, what came of it."""
    also = say("%(advice)s; also changed with this release: %(others)s", advice=found.advice, others=found.others)
    advice = also if found.others else found.advice
    sentences = [*found.said, *found.evidence[:1], found.sentence, advice, found.ending]
    return joined(". ", [it if isinstance(it, Message) else it.rstrip(".") for it in sentences if it])


def of_outcome(outcome: Outcome) -> Diagnosis:
    """What it keeps; of an earlier form, which kept sentences only, those."""
    if outcome.diagnosis:
        return outcome.diagnosis.model_copy(update={"evidence": outcome.evidence})
    sentence = in_short(outcome.reason)
    others = [it for it in outcome.reason.split(". ") if it != sentence and it not in outcome.evidence]
    return Diagnosis(code="", sentence=sentence, said=tuple(others), evidence=outcome.evidence)


def in_short(reason: str) -> str:
    """Of several sentences the one that says why: the guess, else the first."""
    parts = reason.parts if isinstance(reason, Message) else reason.split(". ")
    return next((it for it in parts if it.startswith(_GUESS.partition("%")[0])), parts[0] if parts else "")


def evidence_of(tasks: Sequence[FailedTask]) -> tuple[str, ...]:
    """What was seen, one line for all tasks that ended alike; the last lines of one, since the others say the same."""
    by_words: dict[str, list[str]] = {}
    for task in tasks:
        by_words.setdefault(_says(task), []).append(task.id[:8])
    lines = [f"{'task' if len(ids) == 1 else 'tasks'} {', '.join(ids)}: {words}" for words, ids in by_words.items()]
    for task in tasks:
        if task.lines:
            lines += [f"{task.id[:8]}> {line}" for line in task.lines[-_SAME_LINES:]]
            break
    return tuple(lines)


def _says(task: FailedTask) -> str:
    """``Essential container in task exited, exit code 1``."""
    parts = [task.reason or task.stop_code or "stopped without a reason", task.container_reason]
    if task.probe:
        parts.append(task.probe.answer)
    elif task.exit_code is not None:  # of a task that ECS killed for its health it says nothing
        parts.append(f"exit code {task.exit_code}")
    return ", ".join(part for part in parts if part)
