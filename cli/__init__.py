"""The ``slipway`` command: one file per family, each a thin layer of words over the room that does the work.

``app`` gathers the families, ``options`` are those that several share, ``refusals`` makes sentences of expected errors,
``screen`` shows progress and tables. ``connection`` knows which engine and which AWS an environment has.

What `slipway local up` runs stands in ``local_up`` (the process that owns all others), ``furnish`` and ``seeds`` (what
fills the cloud), ``portal_server``, ``traffic`` and ``local_engine``, the embedded engine as ``deploy`` asks for it.
"""

from cli.app import main

__all__ = ["main"]
