"""Practice A: where the first layer can be accepted, it can be refused there too.

Counted are clicks: accepting takes one. The vast majority of authorities holds that a banner without a refusal on the layer
that has the acceptance obtains no valid consent (taskforce, paragraph 8); CNIL 2020-092, article 2, asks that refusing be
as easy as accepting.
"""

from __future__ import annotations

from scanner.banners.compare import clicks_to_reject
from scanner.banners.model import Layer, Look
from scanner.judged import Judged
from scanner.report import Report

ID = "reject-first-layer"
LETTER = "A"
TITLE = "Refusing is offered on the first layer"
LAW = "EDPB Cookie Banner Taskforce 2023, practice A; CNIL recommendation 2020-092; GDPR Art. 4(11), 7"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where the first layer has an acceptance and no refusal."""
    del report
    if first.control("accept") is None:
        return Judged("not applicable", "nothing on the first layer accepts")
    clicks = clicks_to_reject(look)
    numbers = {"clicks_to_accept": 1, "clicks_to_reject": clicks}
    if clicks == 1:
        return Judged("passed", "the first layer has a control that refuses", **numbers)
    if clicks is not None:
        return Judged("failed", f"refusing takes {clicks} clicks, accepting one", **numbers)
    outside = first.control("reject")
    if outside is not None:
        return Judged("failed", f"the only refusal, {outside.text!r}, stands outside the banner", **numbers)
    return Judged("failed", f"no control refuses; {look.second_reason or 'neither layer has one'}", **numbers)
