"""Runs the benchmarks that are named, or all, and prints one line for each ratio."""

import importlib
import sys

BENCHMARKS = ("list_page", "served", "catalog_load", "one_changed_service", "program_evaluation")


def main(names: list[str]) -> None:
    for unknown in set(names) - set(BENCHMARKS):
        sys.exit(f"there is no benchmark {unknown!r}; there are {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        print(name, flush=True)
        for ratio in importlib.import_module(f"benchmarks.{name}").measure():
            print(f"  {ratio}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
