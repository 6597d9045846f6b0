"""Deleting what the program no longer wants, and what was replaced: whoever refers to a thing goes before it."""

from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import nullcontext, suppress
from graphlib import TopologicalSorter

from local_cloud.engine import urns
from local_cloud.engine.deployment import Deployment, StepFailed
from local_cloud.engine.events import Action
from local_cloud.engine.provider import ProviderError
from local_cloud.engine.state import Resource

WORKERS = 16


def retire(deployment: Deployment) -> None:
    """What an earlier run replaced and did not come to delete: first of all, because it may hold a name that is wanted
    again. What is still in use waits for the end of this run."""
    prune(deployment, deployment.checkpoint.doomed(), insist=False)


def prune(deployment: Deployment, resources: Iterable[Resource], *, insist: bool = True) -> None:
    """A deletion that fails leaves standing what the resource needs; when not insisting, nobody is told."""
    leaving = list(resources)
    order = _order(leaving)
    order.prepare()
    with ThreadPoolExecutor(WORKERS) as pool:
        running: dict[Future[bool], int] = {}
        while order.is_active():
            ready = order.get_ready()
            running |= {pool.submit(_delete, deployment, leaving[index], insist): index for index in ready}
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index = running.pop(future)
                if future.result():
                    order.done(index)


def _order(leaving: list[Resource]) -> TopologicalSorter[int]:
    bearers: dict[str, list[int]] = {}
    for index, resource in enumerate(leaving):
        bearers.setdefault(resource.urn, []).append(index)
    order: TopologicalSorter[int] = TopologicalSorter()
    for index, resource in enumerate(leaving):
        order.add(index)
        for urn in set(resource.refers_to()) - {resource.urn}:
            for needed in bearers.get(urn, ()):
                order.add(needed, index)
    return order


def _delete(deployment: Deployment, resource: Resource, insist: bool) -> bool:
    if deployment.lost:
        return False
    with deployment.carrying(resource.urn, _action(resource)), nullcontext() if insist else suppress(ProviderError):
        _delete_one(deployment, resource)
        return True
    return False


def _delete_one(deployment: Deployment, resource: Resource) -> None:
    if resource.protect and not resource.delete:
        raise StepFailed("it is protected; take `protect` away and run once more before it may go")
    if not deployment.preview:
        deployment.reporter.begin(_action(resource), resource.urn)
        if _is_ours_in_the_cloud(resource):
            deployment.delete_in_cloud(resource)
    deployment.checkpoint.drop(resource)
    deployment.reporter.done(_action(resource), resource.urn)


def _action(resource: Resource) -> Action:
    return "delete-replaced" if resource.delete else "delete"


def _is_ours_in_the_cloud(resource: Resource) -> bool:
    left_alone = resource.external or resource.retain_on_delete or resource.pending_replacement
    return resource.custom and not left_alone and not urns.is_provider(resource.type)
