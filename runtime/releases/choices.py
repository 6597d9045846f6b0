"""What a release request chooses, and what stays where it says nothing. Pure; problems are added to a list."""

import re
from collections.abc import Collection, Iterator

from runtime.releases.live import Live
from runtime.releases.request import ReleaseRequest
from service_catalog import image_references, naming, patterns
from service_catalog.messages import Message, say
from service_catalog.problems import for_message
from service_catalog.records.provisioned import SERVED, Provisioned, TaskLimits, Workload
from service_catalog.records.releases import Contents

_TAG_OR_DIGEST = re.compile(f"(?=.{{1,128}}$)(?:{patterns.TAG})|(?:{patterns.DIGEST})")
_MOST_TASKS = 1000
"""As in the catalog"""
_NO_TASKS = say(
    "tasks: a job or task has none between its runs, so there is nothing to scale; `slipway runs` pauses and resumes a "
    "job's schedule"
)
_ONE_ON_EACH = say(
    "tasks: one runs on each EC2 instance, so there is nothing to scale or pause; write tasks.min instead of "
    "tasks.daemon in the catalog to give it a number, or end it with `slipway down`"
)


def image(request: ReleaseRequest, stands: str, stays: Contents | None, problems: list[str]) -> str:
    """The full reference; ``stands`` is what the definition says, ``stays`` what runs, or ran last."""
    if request.image == "":
        problems.append(say("image: must name a tag; without one what is live stays"))
    if not image_references.is_placeholder(stands):
        if request.image and not stands.endswith((f":{request.image}", f"@{request.image}")):
            problems.append(
                say("image: the catalog pins %(image)s; change it there, then run `slipway up`", image=stands)
            )
        return stands
    repository = stands.removesuffix(f":{naming.UNRELEASED}")
    if request.image and not _TAG_OR_DIGEST.fullmatch(request.image):
        problems.append(
            say(
                "image: must be a tag of %(repository)s, or a digest (sha256:…), got %(image)s",
                repository=repository,
                image=for_message(request.image),
            )
        )
        return stands
    if request.image:
        return (
            f"{repository}@{request.image}" if request.image.startswith("sha256:") else f"{repository}:{request.image}"
        )
    if stays is None:
        problems.append(
            say("image: none is live yet; say which tag of %(repository)s to deploy", repository=repository)
        )
        return stands
    return repository + stays.image[len(image_references.repository(stays.image)) :]


def nothing_to_scale(kind: Workload) -> Message:
    """Why there are no limits."""
    return _ONE_ON_EACH if kind in SERVED else _NO_TASKS


def limits(
    request: ReleaseRequest, come: TaskLimits | None, found: Provisioned, problems: list[str]
) -> TaskLimits | None:
    """``come`` is what the definition came with, ``found`` what the catalog says."""
    wanted = request.tasks
    if wanted is None:
        return come
    if come is None:
        problems.append(nothing_to_scale(found.kind))
    if not 0 <= wanted.min <= wanted.max <= _MOST_TASKS:
        problems.append(
            say(
                "tasks: must be two numbers from 0 to %(most)s, the smaller one first, got %(given)s",
                most=_MOST_TASKS,
                given=str(wanted),
            )
        )
    if found.tasks and found.tasks.min > 0 and wanted.min == 0 < wanted.max:
        # What starts the first task again is only made for a service whose catalog entry begins at 0.
        problems.append(
            say(
                "tasks: with %(given)s it would go to 0 and not start again by itself; ask for at least 1, or for 0 to "
                "pause it",
                given=str(wanted),
            )
        )
    return wanted


def count_problems(tasks: TaskLimits | None, workload: Workload, found: Provisioned) -> Iterator[str]:
    """``tasks`` and ``workload`` are of what would run. ECS takes no number for one task on each instance, and knows
    none for what ran so."""
    if workload == found.kind and (tasks is None) != (found.tasks is None):
        yield say(
            "tasks: this definition was made for %(was)s, and the service runs %(now)s now; deploy its image instead, "
            "which takes the definition that is provisioned now",
            was=_count_words(tasks),
            now=_count_words(found.tasks),
        )


def _count_words(tasks: TaskLimits | None) -> Message:
    return say("one task on each instance") if tasks is None else say("a number of tasks")


def try_problems(request: ReleaseRequest, workload: Workload) -> Iterator[str]:
    """``workload`` is of what would run."""
    if request.try_first and workload in SERVED:
        yield say("try: only a job or task can be tried with one run; the tasks of this service never end")


def kept_scaling(request: ReleaseRequest, live: Live, definition: str) -> TaskLimits | None:
    """The limits that somebody set on purpose, as long as nothing else is asked for and no other definition applied."""
    ran = live.ran
    is_kept = ran is not None and ran.scaled and request.tasks is None and ran.contents.definition == definition
    return ran.tasks if ran and is_kept else None


def env_problems(request: ReleaseRequest, service: str, files: Collection[str]) -> Iterator[str]:
    for file, version in request.env.items():
        if file not in files:
            yield say(
                "env: %(service)s has no env file %(file)s; it has %(files)s",
                service=service,
                file=file,
                files=", ".join(files) or say("none"),
            )
        elif version < 1:
            yield say("env: versions of %(file)s begin at 1, got %(version)s", file=file, version=version)
