"""KMS: keys and their aliases."""

from local_cloud.aws.cloud import Cloud
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values


def find_key(cloud: Cloud, inputs: Values) -> str | None:
    """A key has no name: it is told by its description and tags, provided that one alone has them."""
    keys = [item["KeyId"] for item in cloud.call("kms", "list_keys", Limit=1000)["Keys"]]
    alike = [key for key in keys if _is_key(cloud, key, inputs)] if inputs.get("tags") else []
    return alike[0] if len(alike) == 1 else None


def _is_key(cloud: Cloud, id: str, inputs: Values) -> bool:
    described = cloud.call("kms", "describe_key", KeyId=id)["KeyMetadata"]
    if described["KeyState"] != "Enabled" or described.get("Description", "") != inputs.get("description", ""):
        return False
    tags = cloud.call("kms", "list_resource_tags", KeyId=id)["Tags"]
    return {tag["TagKey"]: tag["TagValue"] for tag in tags} == inputs["tags"]


ARN = "arn:{partition}:kms:{region}:{account}:"


def switch(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """A key is born enabled."""
    is_on = new.get("isEnabled", True)
    if is_on != old.get("isEnabled", True):
        cloud.call("kms", "enable_key" if is_on else "disable_key", KeyId=id)


KINDS = [
    Kind(
        "aws:kms/key:Key",
        "kms",
        create=Call("create_key", names={"KeySpec": "customerMasterKeySpec", "CustomerMasterKeySpec": ""}),
        made="KeyMetadata",
        id="KeyId",
        look=Look("describe_key", {"KeyId": "{id}"}, "[KeyMetadata][?KeyState != 'PendingDeletion'] | [0]"),
        updates=(
            Call("update_key_description", {"KeyId": "{id}"}),
            Call("put_key_policy", {"KeyId": "{id}", "PolicyName": "default"}),
            Call(
                "enable_key_rotation",
                {"KeyId": "{id}"},
                takes="enableKeyRotation",
                together="enableKeyRotation rotationPeriodInDays",
                off="disable_key_rotation",
            ),
            Step("isEnabled", switch),
        ),
        delete=Call("schedule_key_deletion", {"KeyId": "{id}", "PendingWindowInDays": "{deletionWindowInDays}"}),
        find=find_key,
        fixed="customKeyStoreId customerMasterKeySpec keyUsage multiRegion xksKeyId",
        local="bypassPolicyLockoutSafetyCheck deletionWindowInDays",
        tags="{id}",
        absent={"deletionWindowInDays": 30, "description": ""},
        outputs={"arn": "Arn", "keyId": "KeyId"},
    ),
    Kind(
        "aws:kms/alias:Alias",
        "kms",
        create=Call("create_alias"),
        id="{name}",
        look=Look("list_aliases", {"KeyId": "{targetKeyId}"}, "Aliases[?AliasName == '{id}'] | [0]"),
        updates=(Call("update_alias", {"AliasName": "{id}"}),),
        delete=Call("delete_alias", {"AliasName": "{id}"}),
        fixed="name",
        names={"AliasName": "name"},
        named=Named(form="alias/{}"),
        outputs={"arn": ARN + "{id}"},
    ),
]
