"""The dashboard's style sheets and scripts: from memory, compressed once, under names that change with their content."""

from __future__ import annotations

from aiohttp import hdrs, web

from consent.model.errors import NotFoundError
from consent.web.assets import encoding_for
from consent.web.dashboard.pages import static_files
from consent.web.handlers import IMMUTABLE
from consent.web.route import Route


async def static_file(request: web.Request) -> web.Response:
    """Serve one file; what is under a name never changes."""
    asset = static_files().get(request.match_info["file"])
    if asset is None:
        raise NotFoundError("There is no such file.", hint="Reload the page that asked for it.")
    encoding = encoding_for(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    headers = {**dict(asset.headers[encoding]), "Cache-Control": IMMUTABLE}
    return web.Response(body=asset.bodies[encoding], headers=headers)


ROUTES = (
    Route(
        "GET",
        r"/admin/static/{file:[a-z0-9.-]+}",
        static_file,
        "A style sheet or script of the dashboard",
        page=True,
    ),
)
