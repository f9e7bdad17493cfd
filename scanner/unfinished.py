"""The unfinished scans of one run over one or many sites: which are begun, which are continued, which are finished already.

Each site of a run gets its file before the first is scanned. So after a break a site without a file is known to be
finished, and its report stands.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from consent.model.errors import ConfigError
from scanner.partial import FILE_NAME, Partial
from scanner.plan import CrawlPlan
from scanner.report_output import make_folder


def begin_all(plans: Mapping[Path, CrawlPlan]) -> list[str]:
    """Begin a file in each folder; returns what there is to tell of older unfinished scans, which are put aside.

    Raises `ConfigError` where a folder cannot be written, `ScanError` where another scan writes there.
    """
    told = []
    for out, plan in plans.items():
        make_folder(out)
        path = out / FILE_NAME
        begun = Partial.begin(path, plan, started=_now())
        begun.close()
        if begun.aside is not None:
            told.append(
                f"An unfinished scan was put aside as {begun.aside}; --resume would have continued it."
            )
    return told


def continue_all(plans: Mapping[Path, CrawlPlan]) -> set[Path]:
    """Check all unfinished scans, and begin those that were not begun; returns the folders whose scan is finished.

    Raises `ConfigError` where there is nothing to continue, or something that was begun with other settings.
    """
    if not any((out / FILE_NAME).is_file() for out in plans):
        raise ConfigError(
            f"{', '.join(str(out) for out in plans)}: there is no unfinished scan to continue.",
            hint="Leave out --resume to scan anew, or name the folder of the unfinished scan by --out.",
        )
    finished = set()
    for out, plan in plans.items():
        path = out / FILE_NAME
        if path.is_file():
            Partial.resume(path, plan).close()
        elif (out / "report.json").is_file():
            finished.add(out)
        else:
            make_folder(out)
            Partial.begin(path, plan, started=_now()).close()
    return finished


def how_to_continue(partial: Partial, command: Sequence[str]) -> str:
    """Return what to tell whoever sees a scan break off; ``command`` is the command line without its secrets."""
    arguments = [*command] if "--resume" in command else [*command, "--resume"]
    visits = partial.count
    kept = f"{visits} page visit{'' if visits == 1 else 's'} {'is' if visits == 1 else 'are'} kept in {partial.path}"
    return f"{kept}; this continues the scan:\n  {shlex.join(arguments)}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
