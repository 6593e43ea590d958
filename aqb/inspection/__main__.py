"""The reading process: one task, one answer, and then it is gone. It knows neither Django nor the database.

Started by aqb/inspection/process.py as `python -I aqb/inspection/__main__.py TASK SECONDS`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from aqb.inspection import cage, limits, tasks

if __name__ == "__main__":
    limits.apply(int(sys.argv[2]))
    tasks.prepare(sys.argv[1])
    if not cage.close():
        print("The kernel has no filter for calls; only memory and time are limited.", file=sys.stderr)
    tasks.serve(sys.argv[1])
