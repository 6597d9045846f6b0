"""Addresses whose builders are compiled when a page first links to them.

Werkzeug compiles two Python functions for each address as it is registered: 45 ms for ours, before the first page, of
which a page needs a few.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule


class LazyRule(Rule):
    """Should a later Werkzeug no longer call what is overridden here, it compiles all of them early again."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        compiled: Callable[..., tuple[str, str]] | None = None

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            compiled = compiled or compile_now(append_unknown)
            return compiled(rule, **values)

        return build


class PortalApp(Flask):
    url_rule_class = LazyRule
