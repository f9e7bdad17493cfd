from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from markupsafe import Markup

from consent.statistics.buckets import buckets
from consent.statistics.charts import PARTS, days_chart, rates_chart, shares_chart
from consent.statistics.rates import share_of
from tests.consent.statistics.grouping import group


def parsed(svg: Markup) -> ET.Element:
    """The drawing; every chart must be an image with a name, and nothing that a strict policy refuses."""
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    texts = {element.attrib["id"]: element.text for element in root if "id" in element.attrib}
    assert all(texts[name] for name in root.attrib["aria-labelledby"].split())
    assert not re.search(r"style=|<style|<script|\son\w+=|href", svg)
    return root


def percents(root: ET.Element, kind: str, attribute: str) -> list[float]:
    return [
        float(element.attrib[attribute].rstrip("%"))
        for element in root.iter()
        if element.attrib.get("class", "").split()[-1:] == [kind]
    ]


def test_columns_are_as_high_as_their_numbers() -> None:
    days = [
        group(20_780, 20_780, shown=100, accepted=50, refused=50),
        group(20_781, 20_781, shown=50, accepted=25),
    ]
    root = parsed(days_chart("days", *buckets(days)))
    heights = [
        float(one.attrib["height"]) for one in root.iter() if one.attrib.get("class") == "part accepted"
    ]
    assert heights[0] == 2 * heights[1] > 0
    assert percents(root, "accepted", "width") == [40, 40]
    assert any(element.text == "2026-11-23" for element in root)
    assert "The highest one is 2026-11-23: 100." in "".join(root.itertext())


def test_days_on_which_nothing_happened_are_a_chart_too() -> None:
    root = parsed(days_chart("days", *buckets([group(20_780), group(20_781)])))
    assert percents(root, "accepted", "width") == []
    parsed(days_chart("days", "day", []))


def test_a_bar_divides_into_its_parts_without_a_gap() -> None:
    root = parsed(
        shares_chart("device", "Answers by device", [("phone", (30, 10, 20, 40)), ("tablet", (0, 0, 0, 0))])
    )
    widths = [percents(root, part, "width")[0] for part, _ in PARTS]
    assert widths == [30, 10, 20, 40]
    assert [percents(root, part, "x")[0] for part, _ in PARTS] == [0, 30, 40, 60]
    told = "".join(root.itertext())
    assert "phone: 30.0 % accepted, 10.0 % partly, 20.0 % refused, 40.0 % no decision." in told


def test_a_share_is_a_dot_within_its_interval() -> None:
    rate = share_of(30, 100)
    assert rate is not None
    root = parsed(rates_chart("categories", "Granted", [("Performance", rate), ("Advertising", None)]))
    [dot], [left], [width] = (
        percents(root, *of) for of in (("dot", "cx"), ("interval", "x"), ("interval", "width"))
    )
    assert dot == 30
    assert left < 30 < left + width
    assert "no answers" in [element.text for element in root]


def test_names_that_strangers_chose_stay_text() -> None:
    root = parsed(shares_chart("variant", "Variants", [("<script>x</script>", (1, 0, 0, 0))]))
    assert any(element.text == "<script>x</script>" for element in root)


def test_there_is_no_chart_without_groups_but_an_empty_one() -> None:
    parsed(shares_chart("device", "Answers by device", [("", (0, 0, 0, 0))]))
