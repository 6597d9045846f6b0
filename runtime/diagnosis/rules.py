"""What may have made a task fail, as rules over what the task left behind and over what its release changed. Pure.

Rules are ordered by certainty; the first that matches wins. Each says what it most likely
means and what to do. Env keys are named, values never.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runtime.aws.alarms import alarm_in_words
from runtime.diagnosis.facts import FailedTask, Probe, WhatChanged
from service_catalog.messages import Message, joined, say

_KEY = r"[A-Z][A-Z0-9_]{2,}"
_MISSING = re.compile(
    rf"\b({_KEY}(?:, {_KEY})*) (?:is|are) (?:not set|unset|missing|required|not defined|undefined|empty)\b"
    rf"|\b(?:[Mm]issing|[Rr]equired)(?: \w+)* (?:variable|setting|key)s?:? [\"'`]?({_KEY})\b"
    rf"|\bKeyError: '({_KEY})'"
)
"""How programs say that a setting is not there"""
_TIMED_OUT = (
    "i/o timeout",
    "dial tcp",
    "connection timed out",
    "context deadline exceeded",
    "connection issue between",
)
"""How AWS says that a request of its own, made from the task's subnet, came to nothing"""


@dataclass(frozen=True)
class Found:
    code: str
    sentence: str
    advice: str
    keys: tuple[str, ...] = ()
    """Env keys that are to blame"""
    others: str = ""
    """What else changed, where it is a guess"""


Rule = Callable[[FailedTask, WhatChanged], Found | None]


def _no_way_out(task: FailedTask, changed: WhatChanged) -> Found | None:
    """First of all: AWS begins its reason with what it wanted, an image, secrets or logs, and ends with the timeout."""
    if not _has(task.words, *_TIMED_OUT):
        return None
    return Found(
        "network",
        say("tasks cannot reach AWS's endpoints"),
        say("Check the routes and the NAT of the subnets, and the security group's way out"),
    )


def _image_missing(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "CannotPullContainer", "pull access denied", "image digest resolution"):
        return None
    named = say("the image %(image)s cannot be pulled: no such tag, or no way to the registry", image=changed.image)
    unnamed = say("the image of this release cannot be pulled: no such tag, or no way to the registry")
    return Found(
        "image",
        named if changed.image else unnamed,
        say("Check that the tag was pushed, and that the execution role may read the repository"),
    )


def _log_group_missing(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "log group does not exist"):
        return None
    return Found(
        "log-group",
        say("the service's log group is gone, and without it no task starts"),
        say("Run `slipway up --refresh` for the service, which makes it again"),
    )


def _env_object_missing(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "failed to download env file", "environment file"):
        return None
    return Found(
        "env-file",
        say("an env file could not be read from the config bucket"),
        say("Save the env file again, then apply it"),
    )


def _secret_missing(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "retrieve secret", "fetch secret", "fetching secret", "secretsmanager", "ssm parameter"):
        return None
    return Found(
        "secret",
        say("a secret does not exist, or the execution role may not read it"),
        say("Create the secret, or name it in the catalog and run `slipway up`"),
    )


def _out_of_memory(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "OutOfMemory", "out of memory"):
        return None
    return Found(
        "memory",
        say("the task ran out of memory"),
        say("Raise compute.memory_mib in the catalog, or look for a leak"),
    )


def _unhealthy(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _is_unhealthy(task):
        return None
    if len(changed.keys) == 1 and not changed.image and not changed.definition:
        ((did, keys),) = changed.keys
        sentence = say("the health checks fail because this release %(did)s %(keys)s", did=did, keys=_list(keys))
        return Found(f"env-{did}", sentence, _put_back(did, keys), tuple(keys))
    if task.probe:
        return Found("health", *_probed(task.probe), others=_others(changed))
    if _has(task.words, "ELB", "target"):
        seen = say("the load balancer found no healthy answer: wrong port, wrong path, or too slow a start")
        return Found("health", seen, say("Check port, health.path and health.grace_seconds"), others=_others(changed))
    seen = say("the container's own health check failed")
    return Found("health", seen, say("Check health.command, and what it asks for"), others=_others(changed))


def _probed(probe: Probe) -> tuple[Message, Message]:
    asked = {"path": probe.path, "port": probe.port}
    if probe.code:
        path = say("Set health.path in the catalog to what answers 200 to 399, or make the program answer there")
        unwell = say("The program reports itself as unhealthy; look at its last log lines")
        seen = say("the load balancer asked for %(path)s on port %(port)s and got %(code)s", **asked, code=probe.code)
        return seen, unwell if probe.code.startswith("5") else path
    advice = say("Check that the program listens on port %(port)s, and starts within health.grace_seconds", **asked)
    if probe.path is None:
        return say("the load balancer could not connect to port %(port)s in time", port=probe.port), advice
    return say("the load balancer asked for %(path)s on port %(port)s and got no good answer in time", **asked), advice


def _nobody_approved(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "lifecycle hook", "pause hook") or not _has(task.words, "timed out", "timeout"):
        return None
    return Found(
        "approval",
        say("nobody continued it in time"),
        say("Release it again; deployment.approval.timeout_minutes in the catalog says how long it waits"),
    )


def _no_capacity(task: FailedTask, changed: WhatChanged) -> Found | None:
    if _has(task.words, "RESOURCE:CPU", "RESOURCE:MEMORY", "RESOURCE:ENI", "no container"):
        return Found(
            "capacity",
            say("no EC2 instance has room for the task"),
            say(
                "Lower compute.cpu or compute.memory_mib, or let the environment's capacity have more or larger "
                "instances"
            ),
        )
    if not _has(task.words, "capacity is unavailable"):
        return None
    return Found(
        "capacity",
        say("AWS has no capacity for the task at the moment"),
        say("Try again, or use fargate instead of fargate-spot"),
    )


def _spot_taken(task: FailedTask, changed: WhatChanged) -> Found | None:
    if task.stop_code != "SpotInterruption":
        return None
    return Found("spot", say("AWS took the Spot capacity back"), say("Try again; use fargate for what must not stop"))


def _no_address(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "network interface", "free addresses", "subnet"):
        return None
    return Found(
        "address",
        say("the task got no address: the subnets may be full"),
        say("Check the subnets' free IPs"),
    )


def _role_refused(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(task.words, "assume role", "assume the role", "is not authorized to perform"):
        return None
    return Found(
        "role",
        say("one of the service's roles may not do what the start needs"),
        say("Run `slipway up` for the service"),
    )


def _wrong_architecture(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not _has(f"{task.words} {' '.join(task.lines)}", "exec format error"):
        return None
    return Found(
        "architecture",
        say("the image was built for another processor"),
        say("Set compute.architecture, or rebuild the image"),
    )


def _no_such_command(task: FailedTask, changed: WhatChanged) -> Found | None:
    if task.exit_code not in (126, 127):
        return None
    return Found(
        "command", say("the image's command is not there or may not be run"), say("Check the image's entry point")
    )


def _named_key(task: FailedTask, changed: WhatChanged) -> Found | None:
    """The program itself names a key that this release took away or changed."""
    if not task.exit_code and not _is_unhealthy(task):
        return None
    printed = set(re.findall(r"\w+", " ".join(task.lines)))
    for did, keys in changed.keys:
        # A program that runs prints many a key that is there. One that is not there it names with a reason.
        named = [key for key in keys if key in printed and (did == "removed" or not _is_unhealthy(task))]
        if named:
            blamed = _list(named)
            sentence = say("the program complains about %(keys)s, which this release %(did)s", keys=blamed, did=did)
            return Found(f"env-{did}", sentence, _put_back(did, named), tuple(named))
    return None


def _missing_key(task: FailedTask, changed: WhatChanged) -> Found | None:
    """The program says that a key is not there, and no release ever gave it."""
    if not task.exit_code or _is_unhealthy(task):
        return None
    for line in reversed(task.lines):
        named = [key for group in _MISSING.findall(line) for keys in group if keys for key in keys.split(", ")]
        missing = [key for key in dict.fromkeys(named) if key not in changed.known_keys]
        if missing:
            return Found("env-missing", *_lacking(_list(missing), changed.has_env_files), tuple(missing))
    return None


def _lacking(keys: str, has_env_files: bool) -> tuple[Message, Message]:
    if has_env_files:
        sentence = say("the program needs %(keys)s, which no env file sets", keys=keys)
        return sentence, say("Add %(keys)s to the env, then release again", keys=keys)
    sentence = say("the program needs %(keys)s, and its catalog entry does not set that", keys=keys)
    advice = say("Add %(keys)s to `environment:` (or to `secrets:`) in the catalog entry, then `slipway up`", keys=keys)
    return sentence, advice


def _killed(task: FailedTask, changed: WhatChanged) -> Found | None:
    if task.exit_code not in (137, 139):
        return None
    if task.exit_code == 139:
        return Found(
            "crash",
            say("the program crashed (segmentation fault)"),
            say("Look at the last log lines; try the image before"),
        )
    return Found(
        "killed",
        say("the program was killed: too little memory, or too slow to stop"),
        say("Look at memory and last log lines"),
    )


def _ended_by_itself(task: FailedTask, changed: WhatChanged) -> Found | None:
    if task.exit_code != 0 or not _has(task.words, "essential container"):
        return None
    return Found(
        "ended",
        say("the program ended by itself, and a service must keep running"),
        say("Check the image's command"),
    )


def _exited(task: FailedTask, changed: WhatChanged) -> Found | None:
    if not task.exit_code:
        return None
    for did, keys in changed.keys:
        if did == "added" and (changed.image or changed.definition):
            break  # what is new is seldom to blame while there is something else
        sentence = say("the program does not start because this release %(did)s %(keys)s", did=did, keys=_list(keys))
        return Found(f"env-{did}", sentence, _put_back(did, keys), tuple(keys), _others(changed, did))
    if changed.image:
        sentence = say("the image %(image)s does not start", image=changed.image)
        advice = say("Look at its last log lines; deploy another tag")
        return Found("image-code", sentence, advice, others=_others(changed, "image"))
    if changed.definition:
        sentence = say("the new definition breaks it: %(changes)s", changes="; ".join(changed.definition[:3]))
        return Found("definition", sentence, say("Change the catalog back"), others=_others(changed, "definition"))
    sentence = say("the program ended with exit code %(code)s", code=task.exit_code)
    return Found("exit", sentence, say("Look at its last log lines"))


def of_alarms(rang: Sequence[str], changed: WhatChanged) -> Found:
    """Of a deployment that ECS gave up by these alarms, by their names: this is no guess."""
    named = joined(", ", [alarm_in_words(name) for name in rang])
    return Found(
        "alarm",
        say("an alarm began to ring meanwhile: %(alarms)s", alarms=named),
        say("Look at the charts and the logs of that time; an alarm that rings without need wants another limit"),
        others=_others(changed),
    )


RULES: tuple[Rule, ...] = (
    _no_way_out,
    _image_missing,
    _log_group_missing,
    _env_object_missing,
    _secret_missing,
    _out_of_memory,
    _wrong_architecture,
    _named_key,
    _missing_key,
    _unhealthy,
    _nobody_approved,
    _no_capacity,
    _spot_taken,
    _no_address,
    _role_refused,
    _no_such_command,
    _killed,
    _ended_by_itself,
    _exited,
)

RULES_OF_RUNS = tuple(rule for rule in RULES if rule not in (_unhealthy, _ended_by_itself, _exited))
"""Of tasks that are to end by themselves, and that nothing asks whether they are healthy"""


def _has(text: str, *words: str) -> bool:
    lowered = text.lower()
    return any(word.lower() in lowered for word in words)


def _is_unhealthy(task: FailedTask) -> bool:
    return _has(task.words, "health check")


def _others(changed: WhatChanged, blamed: str = "") -> str:
    """``added LOG_LEVEL, image 1.9.0``: what else may be the cause."""
    parts = {did: say(_DONE[did], keys=_list(keys)) for did, keys in changed.keys}
    parts |= {"image": say("image %(image)s", image=changed.image)} if changed.image else {}
    changes = "; ".join(changed.definition[:3])
    parts |= {"definition": say("definition %(changes)s", changes=changes)} if changes else {}
    return joined(", ", [words for kind, words in parts.items() if kind != blamed])


_DONE = {
    "removed": say("removed %(keys)s"),
    "changed": say("changed %(keys)s"),
    "added": say("added %(keys)s"),
}


def _put_back(did: str, keys: Sequence[str]) -> str:
    put_back, check = say("Put %(keys)s back, then apply"), say("Check %(keys)s, then apply again")
    return say(put_back if did == "removed" else check, keys=_list(keys))


def _list(keys: Sequence[str]) -> str:
    shown = ", ".join(keys[:5])
    return shown if len(keys) <= 5 else say("%(keys)s and %(more)s more", keys=shown, more=len(keys) - 5)
