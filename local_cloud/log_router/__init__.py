"""What stands for Fluent Bit on the local cloud: it reads the configuration that a log router is given, and refuses
what it does not know.

``configuration`` reads the text. ``pipeline`` puts filters (``filters``, ``multiline``, ``json_lines``, ``scripts``)
and outputs together as the sections say; ``patterns`` reads regular expressions as Onigmo does. All of it is pure, with
the standard library alone, so that the process (``samples/log_router.py``) starts in a moment. What each does was held
against Fluent Bit 5.0.9, with generated patterns and odd lines.
"""

PORT = 24224
"""Where FireLens hands lines to a log router."""
