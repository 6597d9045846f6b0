"""What the test programs are written in: a thing, a provider for things, a component."""

from typing import Any

import pulumi


class Provider(pulumi.ProviderResource):
    def __init__(self, name: str = "main", **settings: Any) -> None:
        opts = pulumi.ResourceOptions(version="1.2.3")
        super().__init__("test", name, {"region": "here", **settings}, opts)


class Thing(pulumi.CustomResource):
    address: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, logical: str, /, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        super().__init__("test:index/thing:Thing", logical, {"address": None, "name": None, **inputs}, opts)


class Group(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, kind: str = "Group") -> None:
        super().__init__(f"test:groups:{kind}", name, None, opts)


def opts(provider: Provider, **more: Any) -> pulumi.ResourceOptions:
    return pulumi.ResourceOptions(provider=provider, **more)
