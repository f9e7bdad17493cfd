"""Landbot: a chat that a script puts into the corner of the page, in a frame of its own."""

from __future__ import annotations

from aiohttp import web

from scanner.demo.thirdparties.base import Service, frame, script

_static = web.RouteTableDef()
_chats = web.RouteTableDef()


@_static.get("/landbot-3/landbot-3.0.0.js")
async def launcher(_request: web.Request) -> web.Response:
    """The launcher."""
    return script("landbot")


@_chats.get("/v3/{bot}/index.html")
async def chat(_request: web.Request) -> web.Response:
    """The chat's document."""
    return frame("landbot_chat")


@_chats.get("/v3/chat.js")
async def chat_script(_request: web.Request) -> web.Response:
    """The chat's script."""
    return script("landbot_chat")


SERVICE = Service(
    name="Landbot",
    vendor="Landbot",
    hosts={"static.landbot.io": _static, "chats.landbot.io": _chats},
)
