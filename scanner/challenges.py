"""Recognise a page that answered with a bot challenge or a block instead of itself.

Such a page is "not measured", never "clean": the marks below were written from how these services answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping


def _mark(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_BLOCK_STATUSES = {401, 403, 405, 429, 503}
_HEADERS = (
    ("cf-mitigated", _mark(r"challenge"), "Cloudflare challenge"),
    ("x-amzn-waf-action", _mark(r"challenge|captcha"), "AWS WAF challenge"),
    ("x-vercel-mitigated", _mark(r"challenge|deny"), "Vercel challenge"),
)
"""Header, value, name: enough at any status."""

_MARKUP = (
    (_mark(r"/cdn-cgi/challenge-platform/|cf[-_]chl[-_]|cf-turnstile.{0,200}challenge"), "Cloudflare challenge"),
    (_mark(r"cf-error-details|Attention Required! \| Cloudflare"), "Cloudflare block page"),
    (_mark(r"captcha-delivery\.com|\bdatadome\b"), "DataDome challenge"),
    (_mark(r"errors\.edgesuite\.net|You don.t have permission to access .{0,300}Reference\s*(?:&#32;)?#"), "Akamai block page"),
    (_mark(r"_abck|ak_bmsc|/_sec/cp_challenge/"), "Akamai challenge"),
    (_mark(r"px-captcha|perimeterx|_pxAppId"), "HUMAN (PerimeterX) challenge"),
    (_mark(r"_Incapsula_Resource|Incapsula incident ID"), "Imperva challenge"),
    (_mark(r"/149e9513-01fa-4fb0-aad4-566afd725d1b/|kpsdk"), "Kasada challenge"),
    (_mark(r"sucuri_cloudproxy|Sucuri WebSite Firewall"), "Sucuri block page"),
    (_mark(r"awswaf\.com|AwsWafIntegration"), "AWS WAF challenge"),
    (_mark(r"ddos-guard"), "DDoS-Guard challenge"),
    (_mark(r"g-recaptcha|hcaptcha\.com|h-captcha|recaptcha/api"), "captcha"),
)  # fmt: skip
"""Markup of the page, name: enough together with a block status."""

_TITLES = re.compile(
    r"^(just a moment|checking your browser|attention required|access (?:to this page has been )?denied|are you (?:a )?human"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|pardon our interruption|security check|bot verification|ddos protection"
    r"|one more step|please wait\b.{0,40}verif|robot check|request unsuccessful)",
    re.IGNORECASE,
)


def challenge_of(status: int | None, headers: Mapping[str, str], title: str, markup: str) -> str:
    """Return the name of the challenge or block that answered, or an empty string for the page itself.

    ``headers`` have lower-case names; ``markup`` may be only the beginning of the page.
    """
    for name, value, told in _HEADERS:
        if value.search(headers.get(name, "")):
            return told
    blocked = status in _BLOCK_STATUSES
    if blocked:
        if "x-datadome" in headers or headers.get("server", "").lower() == "datadome":
            return "DataDome challenge"
        for mark, told in _MARKUP:
            if mark.search(markup):
                return told
        if status == 429:
            return "rate limit (HTTP 429)"
    if _TITLES.search(title.strip()) and (blocked or (len(markup) < 20_000 and _interstitial(markup))):
        return f"bot check titled {title.strip()[:60]!r}"
    return ""


def _interstitial(markup: str) -> bool:
    """Whether a page of any status looks like a check: one of the marks, and hardly a link."""
    return markup.lower().count("<a ") <= 3 and any(mark.search(markup) for mark, _ in _MARKUP)
