"""Runs a command and adds what it used to a file: `measure.py FILE NAME LINKS COMMAND…`.

CPU seconds are user and system time of the process and its children; the peak is the resident set.
"""

import json
import resource
import subprocess
import sys
import time


def main(results, name, links, *command):
    start = time.monotonic()
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    wall = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = {
        "tool": name,
        "links": links if status == 0 else None,
        "status": status,
        "cpu": used.ru_utime + used.ru_stime,
        "wall": wall,
        "peak_mb": used.ru_maxrss / 1024,
    }
    with open(results, "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
