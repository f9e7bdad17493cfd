"""Google AdSense: the script that fills the advertising spaces of the journal."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, drawing, script

_script = web.RouteTableDef()
_images = web.RouteTableDef()

_CREATIVE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 728 90" role="img" aria-label="Advertisement">
<rect width="728" height="90" fill="#123b5d"/><circle cx="62" cy="45" r="28" fill="#f2b84b"/>
<path d="M48 45h28M62 31v28" stroke="#123b5d" stroke-width="6"/>
<text x="112" y="42" font-family="sans-serif" font-size="24" font-weight="700" fill="#fff">Kettles from 19.90</text>
<text x="112" y="66" font-family="sans-serif" font-size="15" fill="#cfe0ee">You looked at tea. Now look at kettles, everywhere.</text>
</svg>"""


@_script.get("/pagead/js/adsbygoogle.js")
async def loader(request: web.Request) -> web.Response:
    """Fill each ``ins.adsbygoogle``."""
    return script("adsbygoogle", values={"client": request.query.get("client", "")})


@_images.get("/simgad/{number}")
async def creative(_request: web.Request) -> web.Response:
    """The advertisement's picture."""
    return drawing(_CREATIVE)


SERVICE = Service(
    name="Google AdSense",
    vendor="Google",
    hosts={"pagead2.googlesyndication.com": _script, "tpc.googlesyndication.com": _images},
)
