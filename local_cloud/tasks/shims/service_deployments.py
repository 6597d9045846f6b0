"""Service deployments and service revisions as AWS answers them: MiniStack's lists are empty."""

from collections.abc import Callable, Sequence
from typing import Any

from local_cloud.tasks.shims.rollouts import Rollout, configuration_of, find_rollout, identity, live_deployment
from local_cloud.tasks.shims.settings import find
from local_cloud.tasks.traffic_shift import facts as facts_of_shift


def install(ecs: Any) -> None:
    ecs._ACTION_MAP |= {
        "ListServiceDeployments": lambda data: _list(ecs, data),
        "DescribeServiceDeployments": lambda data: _describe(ecs, data),
        "DescribeServiceRevisions": lambda data: _describe_revisions(ecs, data),
    }


def _list(ecs: Any, data: dict[str, Any]) -> Any:
    service = find(ecs, data)
    if service is None:
        return ecs.error_response_json("ServiceNotFoundException", "Service not found.", 400)
    wanted = data.get("status") or []
    after = (data.get("createdAt") or {}).get("after", 0)
    found = [
        rollout
        for rollout in reversed(service.get("_rollouts", []))
        if (not wanted or rollout["status"] in wanted) and rollout["created"] >= after
    ]
    start, size = int(data.get("nextToken") or 0), int(data.get("maxResults") or 100)
    answer: dict[str, Any] = {
        "serviceDeployments": [_brief(ecs, service, rollout) for rollout in found[start : start + size]]
    }
    if start + size < len(found):
        answer["nextToken"] = str(start + size)
    return ecs.json_response(answer)


def _describe(ecs: Any, data: dict[str, Any]) -> Any:
    found, failures = _found(ecs, data.get("serviceDeploymentArns", []), _whole)
    return ecs.json_response({"serviceDeployments": found, "failures": failures})


def _describe_revisions(ecs: Any, data: dict[str, Any]) -> Any:
    found, failures = _found(ecs, data.get("serviceRevisionArns", []), _revision)
    return ecs.json_response({"serviceRevisions": found, "failures": failures})


def _found(ecs: Any, arns: Sequence[str], shape: Callable[[Any, dict[str, Any], Rollout], Any]) -> tuple[Any, Any]:
    """What there is of them in its shape, and what there is not, as ECS says that."""
    found, failures = [], []
    for arn in arns:
        service, rollout = find_rollout(ecs, arn)
        if service and rollout:
            found.append(shape(ecs, service, rollout))
        else:
            failures.append({"arn": arn, "reason": "MISSING"})
    return found, failures


def _arn(service: dict[str, Any], kind: str, deployment: str) -> str:
    owner, _, path = service["serviceArn"].partition(":service/")
    return f"{owner}:{kind}/{path}/{identity(deployment)}"


def _brief(ecs: Any, service: dict[str, Any], rollout: Rollout) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "serviceDeploymentArn": _arn(service, "service-deployment", rollout["deployment"]),
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "startedAt": rollout["created"],
        "createdAt": rollout["created"],
        "finishedAt": rollout["finished"],
        "targetServiceRevisionArn": _arn(service, "service-revision", rollout["deployment"]),
        "status": rollout["status"],
        "statusReason": rollout["reason"],
    }
    return {name: value for name, value in facts.items() if value is not None}


def _whole(ecs: Any, service: dict[str, Any], rollout: Rollout) -> dict[str, Any]:
    facts = _brief(ecs, service, rollout)
    del facts["targetServiceRevisionArn"]
    configuration = configuration_of(rollout) or service["deploymentConfiguration"]
    breaker = configuration.get("deploymentCircuitBreaker") or {}
    mine, others = facts_of_shift.shares(rollout)
    facts |= {
        "updatedAt": rollout["finished"] or (rollout.get("position") or {}).get("since", rollout["created"]),
        "stoppedAt": rollout["stopped"],
        "targetServiceRevision": _counted(service, rollout["deployment"]) | mine,
        "sourceServiceRevisions": [_counted(service, rollout["source"]) | others] if rollout["source"] else [],
        "deploymentConfiguration": configuration,
        **facts_of_shift.of_deployment(rollout, configuration),
        "deploymentCircuitBreaker": {
            "status": rollout["breaker"] if breaker.get("enable") else "DISABLED",
            "failureCount": rollout["failures"],
            "threshold": ecs._circuit_breaker_threshold(service),
        },
    }
    if rollout["rollback"]:
        facts["rollback"] = {
            "reason": rollout["rollback"]["reason"] or "",
            "startedAt": rollout["rollback"]["started"],
            "serviceRevisionArn": _arn(service, "service-revision", rollout["rollback"]["to"]),
        }
    return {name: value for name, value in facts.items() if value is not None}


def _counted(service: dict[str, Any], deployment: str) -> dict[str, Any]:
    live = live_deployment(service, deployment)
    return {
        "arn": _arn(service, "service-revision", deployment),
        "requestedTaskCount": live.get("desiredCount", 0),
        "runningTaskCount": live.get("runningCount", 0),
        "pendingTaskCount": live.get("pendingCount", 0),
    }


def _revision(ecs: Any, service: dict[str, Any], rollout: Rollout) -> dict[str, Any]:
    facts = {
        "serviceRevisionArn": _arn(service, "service-revision", rollout["deployment"]),
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "createdAt": rollout["created"],
        "containerImages": _images(ecs, service, rollout),
        "resolvedConfiguration": facts_of_shift.resolved(rollout),
        **rollout["revision"],
    }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _images(ecs: Any, service: dict[str, Any], rollout: Rollout) -> list[dict[str, Any]]:
    definition = ecs._task_defs.get(ecs._resolve_td_key(rollout["revision"]["taskDefinition"])) or {}
    live = live_deployment(service, rollout["deployment"])
    digests = live.get("_image_digests", {})
    return [
        {"containerName": container["name"], "image": container["image"]}
        | ({"imageDigest": digests[container["name"]]} if container["name"] in digests else {})
        for container in definition.get("containerDefinitions", [])
    ]
