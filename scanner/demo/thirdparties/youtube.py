"""A YouTube embed: the player's frame, its cookies (two of them partitioned) and its storage."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import DAY, Service, drawing, frame, keep, no_content, script, token

_www = web.RouteTableDef()
_images = web.RouteTableDef()

_DOMAIN = ".youtube.com"
_STILL = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 360">
<rect width="480" height="360" fill="#20281f"/><path d="M0 360V250l90-70 80 60 110-130 200 150v100z" fill="#3a4f40"/>
<circle cx="392" cy="96" r="30" fill="#e9b872"/><path d="M150 300h180v-70a90 62 0 0 0-180 0z" fill="#6e4a36"/><path d="M210 300v-46h60v46z" fill="#20281f"/>
<path d="M222 160c-18-24 16-34 0-62s6-26 2-44M262 158c-14-20 18-34 4-58s10-24 4-46" stroke="#c9cdbf" stroke-width="7" stroke-linecap="round" fill="none" opacity=".6"/>
<rect y="300" width="480" height="60" fill="#2b2a20"/></svg>"""


@_www.get(r"/embed/{video:[\w-]{1,20}}")
async def embed(request: web.Request) -> web.Response:
    """The player's document."""
    response = frame("youtube_embed", values={"video": request.match_info["video"]})
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
