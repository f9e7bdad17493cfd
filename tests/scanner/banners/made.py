"""Looks made for tests: a fair banner, of which a test changes one thing."""

from __future__ import annotations

from typing import Any

import msgspec

from scanner.banners.model import Control, Layer, Link, Look, Meaning, Tick, Withdrawal
from scanner.practices import audit_of
from scanner.report import Report
from tests.scanner.factories import report

TEXTS = {"accept": "Accept all", "reject": "Reject all", "settings": "Settings", "save": "Save", "close": "✕"}


def control(meaning: Meaning, **fields: Any) -> Control:
    """A dark button with white text in a white banner."""
    given = {
        "text": TEXTS.get(meaning, ""),
        "tag": "button",
        "x": 20.0,
        "y": 700.0,
        "width": 140.0,
        "height": 40.0,
        "font_px": 16.0,
        "font_family": "Arial",
        "text_colour": "#ffffff",
        "colour": "#1a4f7a",
        "behind": "#ffffff",
        "text_contrast": 8.59,
        "surface_contrast": 8.59,
    }
    return Control(meaning=meaning, **(given | fields))


def layer(*meanings: Any, **fields: Any) -> Layer:
    """A layer with controls of these meanings; any field may be replaced."""
    given = {
        "text": "We use cookies for statistics. You can withdraw at any time.",
        "width": 1280.0,
        "height": 120.0,
        "covers": 0.12,
        "controls": tuple(control(one) for one in meanings),
    }
    return Layer(**(given | fields))


def look(**fields: Any) -> Look:
    """A look at a fair banner on a desktop; any field may be replaced."""
    given = {
        "viewport": "desktop",
        "width": 1280,
        "height": 800,
        "found": True,
        "method": "wording",
        "frame": "page",
        "language": "en",
        "first": layer("reject", "accept", "settings"),
        "second": layer(
            "reject",
            "accept",
            "save",
            ticks=(
                Tick(label="Necessary", kind="checkbox", checked=True, fixed=True),
                Tick(label="Statistics", kind="checkbox", checked=False),
            ),
        ),
        "text_before": 900,
        "text_after": 900,
        "links": (
            Link(kind="policy", text="Privacy policy", url="/privacy", in_banner=True),
            Link(kind="imprint", text="Imprint", url="/imprint"),
        ),
        "withdrawal": Withdrawal(accepted=True, found=True, text="own widget", place="in view"),
    }
    return Look(**(given | fields))


def audited(*looks: Look, **fields: Any) -> Report:
    """A report whose banner audit saw these looks; further fields are the report's."""
    made = report(**fields)
    return msgspec.structs.replace(made, banner=audit_of(looks, made))
