"""The ``slipway`` command: one file per family, each a thin layer of words over the room that does the work.

``app`` gathers the families, ``options`` are those that several share, ``errors`` makes sentences of expected errors,
``screen`` shows progress and tables. ``connection`` knows which engine and which AWS an environment has;
``embedded_engine`` is the local one as ``deploy`` asks for it. ``local_platform`` is what `slipway local up` starts and
fills.
"""

import gc

gc.set_threshold(50_000, 20, 50)
"""What is imported and read from the catalog is kept: to look through it for garbage every 700 objects is a sixth of
what a command takes to start"""

from cli.app import main  # noqa: E402

__all__ = ["main"]
