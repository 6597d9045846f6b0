"""What other stacks of the same backend export."""

from pulumi.runtime.proto import resource_pb2

from local_cloud.engine.backend import Backend, NoSuchStack
from local_cloud.engine.deployment import Answer, StepFailed


def look_up(request: resource_pb2.ReadResourceRequest, backend: Backend) -> Answer:
    """``request.id`` reads ``[[ORGANIZATION/]PROJECT/]STACK``. Raises StepFailed."""
    *project, stack = str(request.id).split("/")
    if len(project) > 2 or (project and project[-1] != backend.project):
        raise StepFailed(f"{request.id!r} is no stack here; stacks of {backend.project} are {backend.stacks()}")
    try:
        outputs, secret = backend.exported(stack)
    except NoSuchStack as error:
        raise StepFailed(str(error)) from error
    properties = {"name": request.id, "outputs": outputs, "secretOutputNames": secret}
    return Answer(request.id, properties, frozenset(("outputs", name) for name in secret))
