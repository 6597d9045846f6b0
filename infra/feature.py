"""What every feature of a service is: a component that leaves parts."""

import pulumi

from infra.service_parts import ServiceParts


class Feature(pulumi.ComponentResource):
    """It knows no other feature: all that it has to say to the rest of the stack stands in its parts."""

    parts: ServiceParts
