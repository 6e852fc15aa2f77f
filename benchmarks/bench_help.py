"""Times `schooltrail --help`, as a whole process, warm: what a person waits before anything else.

Run: `python benchmarks/bench_help.py`
"""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median


def main() -> None:
    """Print the median of twenty runs after two to warm up."""
    command = [sys.executable, "-P", "-m", "schooltrail", "--help"]
    seconds = []
    for _ in range(22):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - begun)
    print(f"schooltrail --help: median {median(seconds[2:]):.3f} s, slowest {max(seconds[2:]):.3f} s")


if __name__ == "__main__":
    main()
