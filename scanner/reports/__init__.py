"""Report formats, one a file: a module ``<id>_report.py`` with ``render(report) -> bytes`` is the format ``<id>``.

The JSON report is the source of every other: a renderer sees nothing but the report.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from scanner.report import Report

SUFFIX = "_report"

Renderer = Callable[[Report], bytes]


@cache
def formats() -> dict[str, Renderer]:
    """Return every format's renderer by its id; a module that cannot be imported stops the program."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name.endswith(SUFFIX))
    return {name.removesuffix(SUFFIX): importlib.import_module(f"{__name__}.{name}").render for name in names}
