"""The server's own pages: Jinja2 templates, one inlined style sheet, and the policy that allows nothing but it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

_TEMPLATES = files("consent").joinpath("templates")


@dataclass(frozen=True, slots=True)
class Page:
    """HTML, and the Content-Security-Policy to send with it."""

    html: str
    policy: str


def render(template: str, **values: Any) -> Page:
    """Render ``templates/<template>.html.j2``. Everything is escaped: names and pages come from visitors' browsers."""
    environment, policy = _prepared()
    return Page(environment.get_template(f"{template}.html.j2").render(**values), policy)


@lru_cache(maxsize=1)
def _prepared() -> tuple[jinja2.Environment, str]:
    style = _TEMPLATES.joinpath("page.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("consent", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["style"] = Markup(style)  # noqa: S704 - our own file
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    return environment, policy
