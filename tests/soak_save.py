"""Kills a process that saves, again and again, and counts what it leaves.

No test of the suite, since it takes minutes: ``python tests/soak_save.py --kills 200``. A
process saves files of 0 to 8 MB to one name, one after the other; it is killed (SIGKILL)
at a random moment within a save. After each kill the file must be one of those, whole;
at most one hidden file may lie beside it, and the next save must remove that. Ends with 1
where any of that does not hold.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from geodata.io.input_files import InputFiles  # noqa: E402 - of this checkout
from geodata.io.save import save_file  # noqa: E402 - as above

# Each content begins with the hash of the rest. Before a save its process says so, and after.
SAVING = """
import hashlib, os, random, sys
from geodata.io.input_files import InputFiles
from geodata.io.save import save_file
for number in range(100_000):
    body = random.randbytes(random.randrange(8_000_000))
    content = hashlib.sha256(body).digest() + body
    os.write(1, b"(")
    save_file(sys.argv[1], content, inputs=InputFiles())
    os.write(1, b")")
"""


def kill_within_a_save(target: Path, *, longest: float) -> bool:
    """Start a process and kill it from its third save on; whether it was in a save then."""
    with subprocess.Popen(
        [sys.executable, "-c", SAVING, target],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        heard = b""
        while heard.count(b"(") < 3:  # the first two fill caches
            heard += os.read(process.stdout.fileno(), 1)
        time.sleep(random.uniform(0, longest))  # noqa: S311 - no secret
        process.kill()
        heard += process.stdout.read()
    return heard.endswith(b"(")


def is_whole(target: Path) -> bool:
    """Whether a file holds one content, and all of it."""
    content = target.read_bytes()
    return content[:32] == hashlib.sha256(content[32:]).digest()


def main() -> int:
    """Count what kills leave, and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="within a save")
    parser.add_argument("--longest", type=float, default=0.06, help="seconds before the kill")
    parser.add_argument("--folder", help="on the file system to try; else a temporary one")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    most = 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        target = Path(name) / "map.html"
        while counts["within a save"] < options.kills:
            within = kill_within_a_save(target, longest=options.longest)
            counts["within a save" if within else "between two"] += 1
            hidden = [path for path in Path(name).iterdir() if path != target]
            counts["hidden files left"] += len(hidden)
            counts["half written ones among them"] += sum(not is_whole(one) for one in hidden)
            counts["damaged targets"] += not is_whole(target)
            most = max(most, len(hidden))
        save_file(target, hashlib.sha256(b"").digest(), inputs=InputFiles())
        after = len(list(Path(name).iterdir())) - 1
    for what, count in counts.items():
        print(f"{what}: {count}")
    print(f"most hidden files at one time: {most}; after the next save: {after}")
    return int(counts["damaged targets"] > 0 or most > 1 or after > 0)


if __name__ == "__main__":
    sys.exit(main())
