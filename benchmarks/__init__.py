"""What the README claims of speed, measured: ``make bench``, or ``python -m benchmarks list_page`` for one of them.

Machines differ and are noisy, so nothing here is a time: each number is the CPU of a case over the CPU of a floor that
does the same work in the barest way, both measured in the same rounds, by turns. No test run is gated by it.

A benchmark is a module with ``measure()``, which returns ``rounds.Ratio``s; its name stands in ``__main__.BENCHMARKS``.
"""
