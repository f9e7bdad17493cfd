"""Imprint and privacy policy can be reached while the banner is up.

Each link was scrolled to and asked what lies over it; one that works is enough, in the banner or on the page. The duty of an
imprint holds in Germany and Austria: a site without one is not judged on it. (DSK guidance for telemedia 2021/2022; DDG § 5;
GDPR Art. 12, 13.)
"""

from __future__ import annotations

from scanner.banners.model import Layer, Look
from scanner.banners.words import knows
from scanner.judged import Judged
from scanner.report import Report

ID = "in-reach"
LETTER = ""
TITLE = "Imprint and privacy policy stay in reach"
LAW = "DSK guidance for telemedia 2021/2022; DDG § 5; GDPR Art. 12(1), 13"
PER_VIEWPORT = True


def judge(look: Look, first: Layer, report: Report) -> Judged:
    """Fail where no policy can be reached, or the site has an imprint that cannot."""
    del first, report
    policies = [link for link in look.links if link.kind == "policy"]
    imprints = [link for link in look.links if link.kind == "imprint"]
    numbers = {
        "policy_links": len(policies),
        "policy_links_in_reach": sum(not link.problem for link in policies),
        "imprint_links": len(imprints),
        "imprint_links_in_reach": sum(not link.problem for link in imprints),
    }
    problems = []
    for name, links in (("the privacy policy", policies), ("the imprint", imprints)):
        if links and all(link.problem for link in links):
            problems.append(f"{name} cannot be reached: {links[0].problem}")
    if problems:
        return Judged("failed", "; ".join(problems), **numbers)
    if not policies:
        if not knows(look.language):
            return Judged(
                "not measured", "no link was recognised, in a language whose words are not known", **numbers
            )
        return Judged(
            "failed", "neither the banner nor the page links to a privacy or cookie policy", **numbers
        )
    return Judged(
        "passed",
        "imprint and policy are in reach" if imprints else "the policy is in reach; no imprint was seen",
        **numbers,
    )
