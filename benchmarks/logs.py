"""How fast `consentry logs` reads an access log and writes its anonymised copy, beside a plain copy, sed, and a loop with one pattern.

The log is made up: combined format, four fifths IPv4, a quarter of the requests with parameters that tell of a person. Each is
measured in processor seconds of its own process, so that a busy machine changes little.

    python benchmarks/logs.py [--megabytes 100]
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# The top folder, where no name of a program here is that of a package.
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.stored import keep

# A program here has the name of a package, and would be found first.
if str(Path(__file__).parent) in sys.path:
    sys.path.remove(str(Path(__file__).parent))

from scanner.accesslogs.work import read_log

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
)
TARGETS = (
    "/",
    "/teas/assam",
    "/style.css",
    "/pots/kyusu.jpg",
    "/?page=2",
    "/search?q=tea",
    "/reset?token=9f8e7d6c5b4a&email=ana%40reader.example",
)
REFERRERS = ("-", "https://www.larkspur.example/", "https://search.example/?q=tea")


def line(chance: random.Random) -> str:
    address = ".".join(str(chance.randint(1, 254)) for _ in range(4))
    if chance.random() < 0.2:
        address = ":".join(["2001", "db8", *(f"{chance.randint(1, 65_535):x}" for _ in range(6))])
    day = chance.randint(1, 9)
    return (
        f'{address} - - [0{day}/Mar/2026:09:14:05 +0000] "GET {chance.choice(TARGETS)} HTTP/1.1" 200 {chance.randint(100, 99_999)} '
        f'"{chance.choice(REFERRERS)}" "{chance.choice(AGENTS)}"\n'
    )


def write_log(path: Path, megabytes: int) -> None:
    chance = random.Random(1)
    size = 0
    with path.open("w", encoding="utf-8") as log:
        while size < megabytes * 1_000_000:
            size += log.write(line(chance))


def plain_copy(log: Path, out: Path) -> None:
    shutil.copyfile(log, out)


def one_pattern(log: Path, out: Path) -> None:
    """The least that a program of one's own would do: shorten IPv4 addresses, line by line."""
    pattern = re.compile(rb"^((?:\d{1,3}\.){3})\d{1,3}")
    with log.open("rb") as lines, out.open("wb") as copy:
        for one in lines:
            copy.write(pattern.sub(rb"\g<1>0", one))


def ours(log: Path, out: Path) -> None:
    read_log(str(log), out=out)


def measured(work: Callable[[Path, Path], None], log: Path, out: Path) -> float:
    begun = time.process_time()
    work(log, out)
    return time.process_time() - begun


def sed(log: Path, out: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with out.open("wb") as copy:
        subprocess.run(
            ["sed", "-E", r"s/^(([0-9]{1,3}\.){3})[0-9]{1,3}/\10/", str(log)], stdout=copy, check=True
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory() as folder:
        log, out = Path(folder) / "access.log", Path(folder) / "copy.log"
        write_log(log, megabytes)
        size = log.stat().st_size / 1_000_000
        seconds = {
            "plain copy": measured(plain_copy, log, out),
            "`sed`, the same": sed(log, out),
            "a Python loop with one pattern, which shortens IPv4 addresses and nothing else": measured(
                one_pattern, log, out
            ),
            "`consentry logs --out` (all fields; target > 200)": measured(ours, log, out),
        }
    seconds = dict(reversed(seconds.items()))
    speeds = [
        {"what": name, "MB/min of one core": round(size / spent * 60)} for name, spent in seconds.items()
    ]
    keep("logs", "speed", speeds)
    for name, spent in seconds.items():
        print(f"{name:80} {spent:7.2f} s  {size / spent * 60:10,.0f} MB/min of one core")


if __name__ == "__main__":
    main()
