"""What every feature of a service is: something that leaves parts, and a component where it makes resources.

It knows no other feature: all that it has to say to the rest of the stack stands in its parts.
"""

import pulumi

from infra.service_parts import ServiceParts


class PlainFeature:
    """One without resources of its own. It is no component: each costs an engine a registration."""

    parts: ServiceParts


class Feature(pulumi.ComponentResource):
    """One that makes resources."""

    parts: ServiceParts
