"""What the widget itself stores with a visitor: the cookie that keeps their decision, in the words of report and notice.

It keeps a choice that the law requires the site to honour, so it needs no consent itself (WP194, section 3.2; CNIL 2020-091,
article 5). A scan finds it once somebody has decided; the notice has it from the first one on (`consent.own_cookie`).
"""

from __future__ import annotations

NAME = "consentry"
SERVICE = "Consentry"
PURPOSE = "Remembers which kinds of cookies you allowed, so that you are not asked on every page."
REASON = "It keeps the visitor's own consent choice, which the law requires the site to honour."
