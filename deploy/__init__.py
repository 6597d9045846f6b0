"""Brings an environment to what the catalog says: provisions what differs, releases what that staged, verifies.

``plan`` decides from plain data which stacks differ and why; ``engine`` is what the orchestrator asks of whatever runs
the Pulumi program (``pulumi_engine`` is the real one; the local cloud's stands in ``cli``). ``up``, ``preview`` and
``down`` go wave by wave over many stacks; ``one_service`` is the way of one service, ``staged`` its one decision;
``progress`` and ``results`` are what people see.

Nothing here prints, asks or imports ``infra``: an engine runs the program, which leaves in AWS what a release needs.
"""
