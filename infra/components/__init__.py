"""One concern a file, one ComponentResource each.

A component takes its args dataclass, gives its children ``parent=self`` and names made of its own and a stable suffix
(a name is an identity: a new one replaces), and ends with ``register_outputs``. Features of a service leave ``parts``;
they do not know each other.
"""
