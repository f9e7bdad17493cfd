"""A YouTube embed: the player's frame, its cookies (two of them partitioned) and its storage."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import DAY, Service, drawing, frame, keep, no_content, script, token

_www = web.RouteTableDef()
_images = web.RouteTableDef()

_DOMAIN = ".youtube.com"
_STILL = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360">
<rect width="480" height="360" fill="#2c3a31"/><path d="M0 250 120 160l90 70 110-110 160 130v110H0z" fill="#45604c"/>
<circle cx="372" cy="86" r="34" fill="#e9b872"/><path d="M150 236c20-44 52-44 70 0M238 236c20-44 52-44 70 0" stroke="#dfe8d8" stroke-width="5" fill="none"/>
<path d="M120 240h220l-14 56a40 40 0 0 1-40 32H174a40 40 0 0 1-40-32z" fill="#f3ead9"/></svg>"""


@_www.get("/embed/{video}")
async def embed(request: web.Request) -> web.Response:
    """The player's document."""
    response = frame("youtube_embed", values={"video": token(11)})
    keep(request, response, "YSC", token(11), domain=_DOMAIN, http_only=True)
    keep(
        request, response, "VISITOR_INFO1_LIVE", token(11), domain=_DOMAIN, max_age=180 * DAY, http_only=True
    )
    keep(
        request,
        response,
        "VISITOR_PRIVACY_METADATA",
        f"Cg{token(18)}",
        domain=_DOMAIN,
        max_age=180 * DAY,
        http_only=True,
    )
    for name in ("__Secure-YNID", "__Secure-ROLLOUT_TOKEN"):
        keep(
            request,
            response,
            name,
            token(40),
            domain=_DOMAIN,
            max_age=180 * DAY,
            http_only=True,
            partitioned=True,
        )
    return response


@_www.get("/s/player/larkspur/player.js")
async def player(_request: web.Request) -> web.Response:
    """The player's script."""
    return script("youtube_player")


@_www.route("*", "/youtubei/v1/log_event")
async def log_event(request: web.Request) -> web.Response:
    """The player's log."""
    return no_content(request)


@_images.get("/vi/{video}/hqdefault.jpg")
async def still(_request: web.Request) -> web.Response:
    """The picture shown before the video plays."""
    return drawing(_STILL)


SERVICE = Service(
    name="YouTube",
    vendor="Google",
    hosts={"www.youtube.com": _www, "i.ytimg.com": _images},
)
