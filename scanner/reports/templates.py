"""Templates that show what a scanned page wrote: nothing reaches the reader unescaped or invisible."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from scanner.reports.text import visible


def environment_of(folder: Path) -> jinja2.Environment:
    """Return the environment of the templates in ``folder``: escaping always, undefined names are errors."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: Any) -> Any:
    """Make invisible characters visible in every expression; escaping comes after."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
