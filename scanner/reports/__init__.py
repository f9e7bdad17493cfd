"""Report formats, one a file: a module ``<id>_report.py`` with ``render`` is the format ``<id>``.

``render(report) -> bytes`` sees nothing but the report. A format that holds more than the report (pictures, recordings) or
that a browser has to draw takes a second argument, `Beside`, and gets from it what the report itself does not hold; so a
format imports no browser. A module may name its ``FILE`` (else ``report.<id>``), and says by ``RECORDS = True`` that the
scan shall record what is sent and received.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scanner.report import Report

SUFFIX = "_report"

Printer = Callable[[bytes, str, str], bytes]
"""From a page, and the header and footer of each sheet (all HTML), to a PDF."""


@dataclass(frozen=True)
class Beside:
    """What lies beside a report: a printer, the folder with its screenshots, and recordings (HAR) by their state."""

    printer: Printer | None = None
    screenshots: Path | None = None
    recordings: tuple[Path, ...] = ()


NOTHING = Beside()


@dataclass(frozen=True)
class Format:
    """One format; calling it renders. ``needs_more`` than the report where its ``render`` takes what lies beside it."""

    id: str
    file: str
    needs_more: bool
    records: bool
    render: Callable[..., bytes]

    def __call__(self, report: Report, beside: Beside = NOTHING) -> bytes:
        """Return the report in this format; raises `ConfigError` where it needs what is not there."""
        return self.render(report, beside) if self.needs_more else self.render(report)


@cache
def formats() -> dict[str, Format]:
    """Return every format by its id; a module that cannot be imported stops the program."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name.endswith(SUFFIX))
    return {
        made.id: made
        for name in names
        for made in [_format(name.removesuffix(SUFFIX), importlib.import_module(f"{__name__}.{name}"))]
    }


def _format(name: str, module: Any) -> Format:
    return Format(
        id=name,
        file=getattr(module, "FILE", f"report.{name}"),
        needs_more=len(inspect.signature(module.render).parameters) > 1,
        records=bool(getattr(module, "RECORDS", False)),
        render=module.render,
    )
