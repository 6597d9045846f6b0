"""What AWS shall hold: one Pulumi program for every stack, run by an engine and imported by nobody.

``__main__`` asks which stack it is and builds it: ``environment_stack`` for ``dev``, ``service_stack`` for
``dev.orders-api``. Both are lists of ``components`` (things with an identity in AWS); what a component writes into AWS
as JSON comes from ``documents`` (plain dicts, no Pulumi). A service's features hand over ``ServiceParts``, which the
stack adds up once. Between the two kinds of stack pass only ``EnvironmentExports``. Nothing here reads what runs: that
is for releases.
"""
