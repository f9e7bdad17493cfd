"""Charts as SVG, drawn on the server: no script, no inline style, colours by class (consent/web/static/statistics.css).

Everything across is in percent of the width and every text in pixels, so one drawing fits a phone and a wide screen and its
texts stay as large as the page's. Each chart is an image with a title and a description; a table beside it has the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from consent.statistics.buckets import Bucket
from consent.statistics.rates import Rate
from consent.statistics.sentences import percent

PARTS = (
    ("accepted", "accepted"),
    ("partial", "partly"),
    ("refused", "refused"),
    ("none", "no decision"),
)
"""The parts of all displays, by class and in words, in the order in which they are drawn."""

_HEIGHT = 190
_FOOT = 24
_ROW = 46
_BAR = 16
_GAP = 0.2


def days_chart(name: str, unit: str, found: Sequence[Bucket]) -> Markup:
    """Draw what was answered day by day (or by week, month or year) as stacked columns."""
    most = max((sum(bucket.parts) for bucket in found), default=0)
    top = _round_up(most)
    plot = _HEIGHT - _FOOT - 8
    scale = [(8 + plot * (1 - step / 2), f"{top * step // 2:,}") for step in (0, 1, 2)]
    drawn = [
        Markup('<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(y) for y, _ in scale
    ]
    width = 100 / max(1, len(found))
    for place, bucket in enumerate(found):
        x, y = _short(place * width + width * _GAP / 2), 8.0 + plot
        column: list[Markup] = []
        for (part, _), value in zip(PARTS, bucket.parts, strict=True):
            height = plot * value / top
            y -= height
            if height:
                column.append(
                    Markup('<rect class="part {}" x="{}%" y="{:.1f}" width="{}%" height="{:.1f}"/>').format(
                        part, x, y, _short(width * (1 - _GAP)), height
                    )
                )
        numbers = ", ".join(
            f"{value:,} {words}" for (_, words), value in zip(PARTS, bucket.parts, strict=True)
        )
        hint = f"{bucket.name}: {numbers}"
        drawn.append(Markup("<g><title>{}</title>{}</g>").format(hint, Markup("").join(column)))
    if found:
        drawn.append(_text(0, _HEIGHT - 6, str(found[0].first), "axis"))
        if len(found) > 1:
            drawn.append(_text(100, _HEIGHT - 6, str(found[-1].last), "axis", anchor="end"))
    # Over the columns, with a rim: beside them there is no place that is as wide on a phone as on a desk.
    drawn += [_text(0, y + 12, label, "axis scale") for y, label in scale[1:]]
    highest = max(found, key=lambda bucket: sum(bucket.parts), default=None)
    told = f"{len(found)} columns, one a {unit}."
    if highest is not None and most:
        told += f" The highest one is {highest.name}: {most:,}. The table has every number."
    return _svg(name, f"Answers by {unit}", told, _HEIGHT, drawn)


def shares_chart(name: str, title: str, rows: Sequence[tuple[str, tuple[int, int, int, int]]]) -> Markup:
    """Draw for each group how its displays divide into the four parts, as one bar a group that is as wide as the chart."""
    drawn: list[Markup] = []
    told = []
    for place, (label, parts) in enumerate(rows):
        whole = sum(parts)
        top = place * _ROW
        drawn += [
            _text(0, top + 15, label, "label"),
            _text(100, top + 15, f"{whole:,}", "axis", anchor="end"),
        ]
        drawn.append(_rect("ground", 0, top + 22, 100))
        left = 0.0
        for (part, words), value in zip(PARTS, parts, strict=True):
            width = 100 * value / whole if whole else 0.0
            if width:
                hint = f"{label}: {percent(value / whole)} {words} ({value:,})"
                drawn.append(_rect(f"part {part}", left, top + 22, width, hint))
            left += width
        if whole:
            shares = (
                f"{percent(value / whole)} {words}" for (_, words), value in zip(PARTS, parts, strict=True)
            )
            told.append(f"{label}: {', '.join(shares)}.")
    return _svg(name, title, " ".join(told), max(1, len(rows)) * _ROW, drawn)


def rates_chart(name: str, title: str, rows: Sequence[tuple[str, Rate | None]]) -> Markup:
    """Draw shares from 0 to 100 % as dots, each with the interval in which it lies."""
    drawn: list[Markup] = []
    told = []
    for place, (label, rate) in enumerate(rows):
        top = place * _ROW
        drawn += [_text(0, top + 15, label, "label"), _rect("ground", 0, top + 22, 100)]
        if rate is None:
            drawn.append(_text(100, top + 15, "no answers", "axis", anchor="end"))
            continue
        interval = f"{percent(rate.value)} ({100 * rate.low:.1f} to {100 * rate.high:.1f})"
        drawn.append(_text(100, top + 15, interval, "axis", anchor="end"))
        drawn.append(_rect("interval", 100 * rate.low, top + 22, 100 * (rate.high - rate.low)))
        drawn.append(
            Markup('<circle class="dot" cx="{}%" cy="{}" r="5"/>').format(
                _short(100 * rate.value), top + 22 + _BAR // 2
            )
        )
        told.append(f"{label}: {interval}.")
    return _svg(name, title, " ".join(told), max(1, len(rows)) * _ROW, drawn)


def _svg(name: str, title: str, told: str, height: int, drawn: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{0}-title {0}-desc" width="100%" height="{1}">'
        '<title id="{0}-title">{2}</title><desc id="{0}-desc">{3}</desc>{4}</svg>'
    ).format(name, height, title, told or "There is nothing to draw.", Markup("").join(drawn))


def _text(x: float, y: float, text: str, kind: str, *, anchor: str = "start") -> Markup:
    return Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
        kind, _short(x), _short(y), anchor, text
    )


def _rect(kind: str, x: float, y: float, width: float, hint: str = "") -> Markup:
    title = Markup("<title>{}</title>").format(hint) if hint else Markup("")
    return Markup('<rect class="{}" x="{}%" y="{}" width="{}%" height="{}">{}</rect>').format(
        kind, _short(x), _short(y), _short(width), _BAR, title
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _round_up(most: int) -> int:
    """Return the end of an axis: an even number of few digits that nothing goes over."""
    if most <= 2:
        return 2
    step: int = 10 ** (len(str(most)) - 1)
    return next(end for end in (step, 2 * step, 4 * step, 6 * step, 8 * step, 10 * step) if end >= most)
