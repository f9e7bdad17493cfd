"""Refusing and accepting have the same size, type and style.

CNIL asks for the same level and the same technical ease (2020-092), the AEPD for the same place, format and level (2023), the
Garante for equal commands (2021), OLG Köln (6 U 80/23) for equal buttons. Labels differ in length, and so do buttons that fit
them: size is compared with room for that.
"""

from __future__ import annotations

from scanner.banners.compare import is_filled
from scanner.banners.model import Layer, Look
from scanner.judged import Judged, ratio
from scanner.report import Report

ID = "parity"
LETTER = ""
TITLE = "Refusing looks like accepting"
LAW = "CNIL recommendation 2020-092; AEPD guide on cookies 2023; Garante 10 June 2021; OLG Köln 19 January 2024, 6 U 80/23"
PER_VIEWPORT = True

AREA = 0.5
"""The refusal's area by the acceptance's: a label of half the length explains a half, not less. Ours."""
HEIGHT = 0.9
"""Its height: labels do not explain that, a pixel's rounding does. Ours."""
FONT = 0.95
"""Its size of type. Ours."""
WEIGHT = 200
"""Steps of weight from which type reads as bold beside regular (400 and 600). Ours."""
TEXT_CONTRAST = 0.5
"""Its text's contrast by the acceptance's: under that, one is grey beside the other. Ours."""


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where one of the measures is not met; all that are not are named."""
    del look, report
    accept, reject = first.control("accept"), first.control("reject")
    if accept is None or reject is None:
        return Judged("not applicable", "the first layer has no refusal to compare (see practice A)")
    areas = (reject.width * reject.height, accept.width * accept.height)
    numbers = {
        "accept_size_px": f"{accept.width:g} x {accept.height:g}",
        "reject_size_px": f"{reject.width:g} x {reject.height:g}",
        "area_ratio": ratio(*areas),
        "height_ratio": ratio(reject.height, accept.height),
        "accept_font_px": accept.font_px,
        "reject_font_px": reject.font_px,
        "font_ratio": ratio(reject.font_px, accept.font_px),
        "accept_font_weight": accept.font_weight,
        "reject_font_weight": reject.font_weight,
        "text_contrast_ratio": ratio(reject.text_contrast, accept.text_contrast),
        "accept_filled": is_filled(accept),
        "reject_filled": is_filled(reject),
    }
    unlike = []
    area, height, font = (
        ratio(*areas),
        ratio(reject.height, accept.height),
        ratio(reject.font_px, accept.font_px),
    )
    text = ratio(reject.text_contrast, accept.text_contrast)
    if area is not None and area < AREA:
        unlike.append(f"its area is {area} of the other's")
    if height is not None and height < HEIGHT:
        unlike.append(f"its height is {height} of the other's")
    if font is not None and font < FONT:
        unlike.append(f"its type has {reject.font_px:g} px, not {accept.font_px:g}")
    if accept.font_weight - reject.font_weight >= WEIGHT:
        unlike.append(f"its type has weight {reject.font_weight}, not {accept.font_weight}")
    if accept.font_family != reject.font_family:
        unlike.append("its type is another")
    if text is not None and text < TEXT_CONTRAST:
        unlike.append(f"its text has a contrast of {reject.text_contrast}:1, not {accept.text_contrast}:1")
    if is_filled(accept) and not is_filled(reject):
        unlike.append("it has no surface of its own")
    if unlike:
        return Judged("failed", f"refusing is not like accepting: {'; '.join(unlike)}", **numbers)
    return Judged("passed", "size, type and style are alike", **numbers)
