"""What to do about operations that an earlier run began and did not live to end.

A create may have come about or not: the provider looks for it by its name, and what is found is taken up as ours. A
deletion likewise. An update stays on the list: it is sent again, or taken back, when the program comes to it.
"""

from dataclasses import replace

from local_cloud.engine import urns
from local_cloud.engine.deployment import Deployment
from local_cloud.engine.state import Operation, Resource


def recover(deployment: Deployment) -> None:
    for operation in deployment.checkpoint.operations():
        urn = operation.resource.urn
        with deployment.carrying(urn, "read"):
            if operation.doing == "creating":
                _look_for(deployment, operation)
            elif operation.doing == "deleting":
                _look_whether_gone(deployment, operation.resource)


def _look_for(deployment: Deployment, operation: Operation) -> None:
    wanted = operation.resource
    settings = deployment.settings(wanted.provider)
    found = deployment.provider.find(wanted.type, wanted.inputs, settings)
    if found is None:
        deployment.checkpoint.give_up(wanted.urn)
        deployment.reporter.warn(
            f"{wanted.type} {urns.name_of(wanted.urn)}: an earlier run died while making it, and it is not found "
            "by name; if its type has no names, one may be left over in the cloud"
        )
        return
    deployment.checkpoint.supersede(replace(wanted, id=found.id, inputs=found.inputs, outputs=found.outputs))


def _look_whether_gone(deployment: Deployment, doomed: Resource) -> None:
    settings = deployment.settings(doomed.provider)
    if deployment.provider.read(doomed.type, doomed.id, doomed.inputs, settings) is None:
        deployment.checkpoint.put(replace(doomed, pending_replacement=True))
    else:
        deployment.checkpoint.give_up(doomed.urn)
