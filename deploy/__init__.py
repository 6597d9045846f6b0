"""Brings an environment to what the catalog says: provisions what differs, releases what that staged, verifies.

``up``, ``preview`` and ``down`` go wave by wave over many stacks. ``inputs`` reads what they decide by; ``plan`` says
from plain data which stacks differ, and why. ``one_service`` takes one service through a run: ``questions`` are asked
before anything is touched, ``staged`` decides what is released, ``release`` and ``verify`` watch how it ends.
``engine`` is what they ask of whatever runs the Pulumi program (``pulumi_engine`` is the real one; the local cloud's is
in ``cli``). ``progress`` and ``results`` are what people see.

Nothing here prints, asks or imports ``infra``: an engine runs the program, which leaves in AWS what a release needs.
"""
