"""WAF: web ACLs, and what they stand before. They are kept; on the local cloud they refuse no request."""

from local_cloud.aws.cloud import Cloud, input_shape
from local_cloud.aws.kind import Call, Kind, Look, Named, Step, Values
from local_cloud.aws.shapes import fit

IDENTITY = "id name scope"


def _lock_token(cloud: Cloud, id: str, inputs: Values) -> str:
    """AWS takes a change only from who knows the state that it changes."""
    found = cloud.call("wafv2", "get_web_acl", Id=id, Name=inputs["name"], Scope=inputs["scope"])
    return str(found["LockToken"])


def update(cloud: Cloud, id: str, old: Values, new: Values) -> None:
    """All of it is sent; what is left out would be gone."""
    arguments = fit(input_shape("wafv2", "update_web_acl"), dict(new), {"LockToken": "", "Id": ""})
    cloud.call("wafv2", "update_web_acl", **{**arguments, "Id": id, "LockToken": _lock_token(cloud, id, new)})


def delete(cloud: Cloud, id: str, known: Values) -> None:
    token = _lock_token(cloud, id, known)
    cloud.call("wafv2", "delete_web_acl", Id=id, Name=known["name"], Scope=known["scope"], LockToken=token)


KINDS = [
    Kind(
        "aws:wafv2/webAcl:WebAcl",
        "wafv2",
        create=Call("create_web_acl"),
        made="Summary",
        id="Id",
        look=Look("get_web_acl", {"Id": "{id}", "Name": "{name}", "Scope": "{scope}"}, "WebACL"),
        find=Look("list_web_acls", {"Scope": "{scope}"}, "WebACLs[?Name == '{name}'] | [0]"),
        updates=(Step("defaultAction description rules visibilityConfig", update),),
        delete=delete,
        fixed="name scope",
        named=Named(longest=128),
        tags="{arn}",
        imported=r"(?P<id>[^/]+)/(?P<name>[^/]+)/(?P<scope>[^/]+)",
        outputs={"arn": "ARN"},
    ),
    Kind(
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "wafv2",
        create=Call("associate_web_acl"),
        id="{webAclArn},{resourceArn}",
        look=Look("get_web_acl_for_resource", {"ResourceArn": "{resourceArn}"}, "WebACL"),
        delete=Call("disassociate_web_acl", {"ResourceArn": "{resourceArn}"}),
        fixed="resourceArn webAclArn",
    ),
]
