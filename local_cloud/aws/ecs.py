"""ECS: clusters, task definitions, services."""

from typing import Any

from local_cloud.aws.cloud import CallFailed, Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Values

NAMES = {
    "capacityProviderStrategy": "capacityProviderStrategies",
    "clientAliases": "clientAlias",
    "clusterName": "name",
    "defaultCapacityProviderStrategy": "defaultCapacityProviderStrategies",
    "enableECSManagedTags": "enableEcsManagedTags",
    "host": "hostPath",
    "loadBalancerName": "elbName",
    "maximumPercent": "deploymentMaximumPercent",
    "minimumHealthyPercent": "deploymentMinimumHealthyPercent",
    "placementStrategy": "orderedPlacementStrategies",
    "role": "iamRole",
    "s3EncryptionEnabled": "s3BucketEncryptionEnabled",
    "serviceName": "name",
    "volumeConfigurations": "volumeConfiguration",
}

DEPLOYMENT = "alarms deploymentCircuitBreaker deploymentMaximumPercent deploymentMinimumHealthyPercent"
"""What ECS calls the deployment configuration, together with the property of that name."""


TRIGGERS = "triggers"
"""ECS never hears of them; the real provider has it start new tasks when they change."""


def service(properties: dict[str, Any]) -> dict[str, Any]:
    shaped = {prop: value for prop, value in properties.items() if prop not in (*DEPLOYMENT.split(), TRIGGERS)}
    # Of a block that is gone the provider says nothing, and ECS leaves it as it was.
    deployment = {prop: properties[prop] for prop in DEPLOYMENT.split() if properties.get(prop) not in (None, {})}
    if deployment:
        shaped["deploymentConfiguration"] = {**(properties.get("deploymentConfiguration") or {}), **deployment}
    if properties.get("networkConfiguration"):
        # moto fails on a network without security groups.
        shaped["networkConfiguration"] = {
            "awsvpcConfiguration": {"securityGroups": [], **properties["networkConfiguration"]}
        }
    return shaped


def drain(cloud: Cloud, id: str, inputs: Values) -> None:
    """ECS deletes a service only when it is to have no tasks, but for a daemon, which has no count."""
    if inputs.get("schedulingStrategy") == "DAEMON":
        return
    try:
        cloud.call("ecs", "update_service", cluster=inputs["cluster"], service=id, desiredCount=0)
    except CallFailed as failure:
        if not failure.is_gone and failure.code != "ServiceNotActiveException":
            raise


def capacity(properties: dict[str, Any]) -> dict[str, Any]:
    """The operation wants both lists, also where there is nothing in them."""
    return {"capacityProviders": [], "defaultCapacityProviderStrategies": [], **properties}


def without_managed_instances(cloud: Cloud, inputs: Values, described: dict[str, Any]) -> dict[str, Any]:
    """They stand among the cluster's without having been put there, and nobody takes them away so."""
    names = described.get("capacityProviders") or []
    others = [it for it in names if it not in (inputs.get("capacityProviders") or ())]
    if not others:
        return described
    found = cloud.call("ecs", "describe_capacity_providers", capacityProviders=others)["capacityProviders"]
    managed = {it["name"] for it in found if it.get("managedInstancesProvider")}
    return {**described, "capacityProviders": [it for it in names if it not in managed]}


CAPACITY = Call("put_cluster_capacity_providers", {"cluster": "{clusterName}"}, reshape=capacity, together="*")

CAPACITY_PROVIDER = Look(
    "describe_capacity_providers",
    {"capacityProviders": ["{name}"], "include": ["TAGS"]},
    "capacityProviders[?status == 'ACTIVE'] | [0]",
)

KINDS = [
    Kind(
        "aws:ecs/cluster:Cluster",
        "ecs",
        create=Call("create_cluster"),
        made="cluster",
        id="clusterArn",
        look=Look(
            "describe_clusters",
            {"clusters": ["{id}"], "include": ["CONFIGURATIONS", "SETTINGS"]},
            "clusters[?status != 'INACTIVE'] | [0]",
        ),
        find=Look("describe_clusters", {"clusters": ["{name}"]}, "clusters[?status != 'INACTIVE'] | [0]"),
        updates=(Call("update_cluster", {"cluster": "{id}"}),),
        delete=Call("delete_cluster", {"cluster": "{id}"}),
        fixed="name",
        names=NAMES,
        named=Named(),
        tags="{id}",
        outputs={"arn": "clusterArn"},
    ),
    Kind(
        "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
        "ecs",
        create=CAPACITY,
        id="{clusterName}",
        look=Look(
            "describe_clusters", {"clusters": ["{id}"]}, "clusters[?status != 'INACTIVE' && capacityProviders] | [0]"
        ),
        updates=(CAPACITY,),
        complete=without_managed_instances,
        delete=Call(
            "put_cluster_capacity_providers",
            {"cluster": "{id}", "capacityProviders": [], "defaultCapacityProviderStrategy": []},
        ),
        fixed="clusterName",
        names=NAMES,
    ),
    Kind(
        "aws:ecs/capacityProvider:CapacityProvider",
        "ecs",
        create=Call("create_capacity_provider"),
        made="capacityProvider",
        id="capacityProviderArn",
        look=CAPACITY_PROVIDER,
        find=CAPACITY_PROVIDER,
        updates=(Call("update_capacity_provider", {"name": "{name}"}, always="cluster"),),
        delete=Call("delete_capacity_provider", {"capacityProvider": "{id}"}),
        fixed="name cluster",
        imported="(?:arn:[^/]+:capacity-provider/)?(?P<name>[^/]+)",
        named=Named(),
        tags="{id}",
        outputs={"arn": "capacityProviderArn"},
    ),
    Kind(
        "aws:ecs/taskDefinition:TaskDefinition",
        "ecs",
        create=Call("register_task_definition"),
        made="taskDefinition",
        id="family",
        look=Look(
            "describe_task_definition", {"taskDefinition": "{id}"}, "[taskDefinition][?status == 'ACTIVE'] | [0]"
        ),
        delete=Call("deregister_task_definition", {"taskDefinition": "{arn}"}),
        kept_if="skipDestroy",
        # A revision cannot be changed: everything but its tags makes the next one.
        fixed="containerDefinitions cpu enableFaultInjection ephemeralStorage executionRoleArn family ipcMode memory "
        "networkMode pidMode placementConstraints proxyConfiguration requiresCompatibilities runtimePlatform "
        "taskRoleArn volumes",
        local="skipDestroy trackLatest",
        names=NAMES,
        tags="{arn}",
        outputs={
            "arn": "taskDefinitionArn",
            "arnWithoutRevision": "arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
            "revision": "revision",
        },
    ),
    Kind(
        "aws:ecs/service:Service",
        "ecs",
        create=Call("create_service", takes=f"{DEPLOYMENT} {TRIGGERS}", reshape=service),
        made="service",
        id="serviceArn",
        look=Look(
            "describe_services", {"cluster": "{cluster}", "services": ["{id}"]}, "services[?status == 'ACTIVE'] | [0]"
        ),
        find=Look(
            "describe_services", {"cluster": "{cluster}", "services": ["{name}"]}, "services[?status == 'ACTIVE'] | [0]"
        ),
        updates=(
            Call(
                "update_service",
                {"cluster": "{cluster}", "service": "{id}"},
                takes=f"{DEPLOYMENT} {TRIGGERS}",
                reshape=service,
                together=f"deploymentConfiguration {DEPLOYMENT}",
                always="forceNewDeployment",
            ),
        ),
        imported="(?:arn:[^/]+:service/)?(?P<cluster>[^/]+)/(?P<id>[^/]+)",
        before_delete=drain,
        delete=Call("delete_service", {"cluster": "{cluster}", "service": "{id}"}),
        fixed="cluster deploymentController iamRole launchType name schedulingStrategy",
        local="forceDelete forceNewDeployment sigintRollback waitForSteadyState",
        names=NAMES,
        absent={
            "orderedPlacementStrategies": [],
            "placementConstraints": [],
            "serviceConnectConfiguration": {"enabled": False},
            "serviceRegistries": [],
        },
        named=Named(),
        tags="{id}",
        outputs={"arn": "serviceArn"},
    ),
]
