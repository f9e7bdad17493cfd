"""Google Fonts: a style sheet on one host, the font on another; no cookie, but the visitor's address goes to both."""

from __future__ import annotations

from functools import cache
from importlib import resources

from aiohttp import web

from scanner.demo.thirdparties.base import Service

_css = web.RouteTableDef()
_files = web.RouteTableDef()

_FONT_FACE = """@font-face {
  font-family: "Larkspur Ornaments";
  font-display: swap;
  src: url(https://fonts.gstatic.com/s/larkspurornaments/v1/ornaments.woff2) format("woff2");
  unicode-range: U+2766, U+2767;
}
"""


@cache
def _font() -> bytes:
    return (resources.files(__package__) / "ornaments.woff2").read_bytes()


@_css.get("/css2")
async def style_sheet(_request: web.Request) -> web.Response:
    """The style sheet of the family that the page asks for."""
    return web.Response(
        text=_FONT_FACE, content_type="text/css", headers={"Cache-Control": "private, max-age=900"}
    )


@_files.get("/s/larkspurornaments/v1/ornaments.woff2")
async def font(_request: web.Request) -> web.Response:
    """Two leaves, drawn for this demo."""
    return web.Response(
        body=_font(),
        content_type="font/woff2",
        headers={"Cache-Control": "public, max-age=31536000", "Access-Control-Allow-Origin": "*"},
    )


SERVICE = Service(
    name="Google Fonts",
    vendor="Google",
    hosts={"fonts.googleapis.com": _css, "fonts.gstatic.com": _files},
)
