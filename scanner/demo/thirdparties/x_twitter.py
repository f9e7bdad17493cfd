"""X (Twitter) for Websites: the share button, its frame and its usage beacon."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, frame, keep, now, pixel, script, set_cookie, token

_platform = web.RouteTableDef()
_syndication = web.RouteTableDef()

_TWO_YEARS = 730 * 86_400


@_platform.get("/widgets.js")
async def widgets(_request: web.Request) -> web.Response:
    """Turn marked links into frames."""
    return script("twitter_widgets")


@_platform.get("/widgets/tweet_button.html")
async def tweet_button(_request: web.Request) -> web.Response:
    """The share button."""
    return frame("tweet_button")


@_syndication.get("/i/jot")
async def usage(request: web.Request) -> web.Response:
    """The widget's usage beacon, which brings the identifiers.

    ``_twitter_sess`` has no SameSite=None: browsers refuse it on other sites' pages.
    """
    response = pixel()
    attributes = {"domain": ".twitter.com", "max_age": _TWO_YEARS}
    keep(request, response, "guest_id", f"v1%3A{now()}{token(6)}", **attributes)
    keep(request, response, "personalization_id", f'"v1_{token(22)}=="', **attributes)
    set_cookie(response, "_twitter_sess", token(40), domain=".twitter.com", http_only=True, same_site="Lax")
    return response


SERVICE = Service(
    name="X for Websites",
    vendor="X",
    hosts={"platform.twitter.com": _platform, "syndication.twitter.com": _syndication},
)
