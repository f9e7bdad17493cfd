"""Stripe: the payment script of the checkout, with its protection against fraud."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, frame, keep, no_content, script, token

_js = web.RouteTableDef()
_network = web.RouteTableDef()
_fraud = web.RouteTableDef()

_TWO_YEARS = 730 * 86_400


@_js.get("/v3/")
async def stripe(_request: web.Request) -> web.Response:
    """Stripe.js."""
    return script("stripe")


@_network.get("/inner.html")
async def inner(_request: web.Request) -> web.Response:
    """The frame that looks at the browser."""
    return frame("stripe_inner")


@_network.get("/inner.js")
async def inner_script(_request: web.Request) -> web.Response:
    """That frame's script."""
    return script("stripe_inner")


@_fraud.route("*", "/6")
async def signal(request: web.Request) -> web.Response:
    """The fraud signal."""
    response = no_content(request)
    keep(request, response, "m", token(40), max_age=_TWO_YEARS, http_only=True)
    return response


SERVICE = Service(
    name="Stripe",
    vendor="Stripe",
    hosts={"js.stripe.com": _js, "m.stripe.network": _network, "m.stripe.com": _fraud},
)
