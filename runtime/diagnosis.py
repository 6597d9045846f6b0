"""Why a release most likely failed, said when it fails and recalled later from what its outcome keeps. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from runtime.causes import RULES, FailedTask, WhatChanged
from service_catalog.saying import say

_SAME_LINES = 20
_GUESS = "Most likely:"
_BLAMES = (
    re.compile(r"complains about (?P<keys>.+), which this release (?P<did>removed|changed|added)$"),
    re.compile(r"because this release (?P<did>removed|changed|added) (?P<keys>.+)$"),
    re.compile(r"needs (?P<keys>.+), which no env file sets$"),
)
"""How the sentences below name keys, to find them again in an outcome"""
_SEAMS = re.compile(r"(; (?:also )?changed with this release: |, (?=(?:removed|changed|added|image|definition) ))")
"""Where an advice is put together with what else changed"""


@dataclass(frozen=True)
class Diagnosis:
    code: str
    """What kind of failure it is"""
    sentence: str
    """``Most likely: …``"""
    advice: str
    keys: tuple[str, ...] = ()
    """Env keys that it names"""
    evidence: tuple[str, ...] = field(default=())
    said: tuple[str, ...] = ()
    """What ECS said of the release, in its own words"""
    ending: tuple[str, ...] = ()
    """What else the outcome says, after the advice"""


def diagnose(tasks: Sequence[FailedTask], changed: WhatChanged, ecs_reason: str = "") -> Diagnosis:
    """``tasks`` are the failed ones, the last first."""
    evidence = evidence_of(tasks)
    for task in tasks or [FailedTask("", reason=ecs_reason)]:
        for rule in RULES:
            if found := rule(task, changed):
                code, sentence, advice, *keys = found
                return Diagnosis(code, say("Most likely: %(cause)s", cause=sentence), advice, tuple(keys), evidence)
    sentence, advice = say("ECS gave no reason that we know"), say("Look at the events and the logs")
    return Diagnosis("unknown", sentence, advice, (), evidence)


def recall(reason: str, evidence: Sequence[str]) -> Diagnosis:
    """The diagnosis that an outcome keeps as a row of sentences: ECS's words, the guess, the advice, what followed."""
    sentences = reason.split(". ")
    at = next((number for number, it in enumerate(sentences) if it.startswith(_GUESS)), None)
    if at is None:
        return Diagnosis("", reason, "", (), tuple(evidence))
    said = tuple(it for it in sentences[:at] if it not in evidence)
    advice, ending = "".join(sentences[at + 1 : at + 2]), tuple(sentences[at + 2 :])
    code, keys = _blamed(sentences[at])
    return Diagnosis(code, sentences[at], advice, keys, tuple(evidence), said, ending)


def _blamed(sentence: str) -> tuple[str, tuple[str, ...]]:
    """Code and keys of a sentence that blames env keys."""
    for form in _BLAMES:
        if found := form.search(sentence):
            keys = found["keys"].partition(" and ")[0].split(", ")
            return f"env-{found['did'] if 'did' in form.groupindex else 'missing'}", tuple(keys)
    return "", ()


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


def pieces(advice: str) -> list[str]:
    """An advice, the words that lead to what else changed, and each of that with what stands between.

    Joined they are the advice again; each of them can be said in another language.
    """
    return _SEAMS.split(advice)
