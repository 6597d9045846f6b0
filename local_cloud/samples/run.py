"""Starts a sample program by its name: ``python -I -S run.py web ARGUMENT …``.

Python is isolated there, for speed and so that nothing of ours is within reach; so it is told here where they are.
"""

import sys
from importlib import import_module
from os.path import abspath, dirname

if __name__ == "__main__":
    sys.path.insert(0, dirname(dirname(dirname(abspath(__file__)))))
    import_module("local_cloud.samples.names").install()
    import_module(f"local_cloud.samples.{sys.argv.pop(1)}").main()
