"""Identifies a process by PID and start time, so that a reused PID is not mistaken for it."""

import subprocess
from pathlib import Path


def birth(pid: int) -> str:
    """When the process began, in the system's own spelling; empty when there is no such process (or only its
    remains, not yet collected by its parent)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else _birth_by_ps(pid)
    except ProcessLookupError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def is_alive(pid: int, born: str) -> bool:
    return bool(born) and birth(pid) == born


def _birth_by_ps(pid: int) -> str:
    """macOS has no /proc."""
    found = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, born = found.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else born.strip()
