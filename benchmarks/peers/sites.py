"""The sites that the scanners are set on: our own with its table of truth, and one that nobody here wrote.

Each is served as a real site on loopback, and counts by itself which pages were loaded and which hosts were reached.
"""

from __future__ import annotations

import dataclasses
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from consent.model.categories import ConsentState
from scanner.demo.planted import HOSTS, ITEMS, PAGES, PlantedWorld
from scanner.demo.thirdparties import services
from scanner.demo.world import World, routed

Cookie = tuple[str, str]
"""Name, and domain without its leading dot."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Site:
    """One site: its world, its pages, and the truth where it is known; ``banner`` says that something asks for consent."""

    name: str
    world: CountedPlanted | FolderWorld
    paths: tuple[str, ...]
    banner: bool
    accept: str = ""
    reject: str = ""
    cookies: Mapping[str, frozenset[Cookie]] = dataclasses.field(default_factory=dict)
    hosts: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    setters: Mapping[Cookie, tuple[str, ...]] = dataclasses.field(default_factory=dict)

    @property
    def urls(self) -> list[str]:
        base = self.world.url.split("/", 3)
        return [f"{base[0]}//{base[2]}{path}" for path in self.paths]


class Counting:
    """Counts the documents of a site that were asked for; put around a site's application."""

    def __init__(self, application: web.Application) -> None:
        self.loads: list[str] = []
        application.middlewares.append(self._count)

    @web.middleware
    async def _count(self, request: web.Request, handler: Any) -> web.StreamResponse:
        answer: web.StreamResponse = await handler(request)
        is_page = "." not in request.path.rpartition("/")[2] or request.path.endswith(".html")
        if is_page and answer.status == 200 and request.headers.get("Sec-Purpose") is None:
            self.loads.append(request.path)
        return answer


class CountedPlanted(PlantedWorld):
    """The guest house, with its loads counted."""

    counting: Counting

    def applications(self) -> Mapping[str, web.Application]:
        found = super().applications()
        self.counting = Counting(found["www.fernhill.example"])
        return found


SECOND = "www.second.example"
HEAD = """
<link rel="stylesheet" href="/banner/cookieconsent.css">
<script async type="text/plain" data-category="analytics" src="https://www.googletagmanager.com/gtag/js?id=G-SECOND0001"></script>
<script type="text/plain" data-category="analytics">
  window.dataLayer = window.dataLayer || [];
  function gtag() { dataLayer.push(arguments); }
  gtag("js", new Date());
  gtag("config", "G-SECOND0001");
</script>
<script defer src="/banner/cookieconsent.umd.js"></script>
<script type="module">
  CookieConsent.run({
    categories: { necessary: { enabled: true, readOnly: true }, analytics: { autoClear: { cookies: [{ name: /^_ga/ }] } } },
    language: { default: "en", translations: { en: {
      consentModal: { title: "We use cookies", description: "Cookie modal description", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", showPreferencesBtn: "Manage individual preferences" },
      preferencesModal: { title: "Manage cookie preferences", acceptAllBtn: "Accept all", acceptNecessaryBtn: "Reject all", savePreferencesBtn: "Accept current selection", closeIconLabel: "Close modal", sections: [
        { title: "Strictly necessary cookies", description: "Essential.", linkedCategory: "necessary" },
        { title: "Performance and analytics", description: "Usage.", linkedCategory: "analytics" } ] },
    } } },
  });
</script>
</head>"""
"""What the banner's own instructions say to put into a page, with one tag that it is to hold back."""


class FolderWorld(World):
    """A folder of files as a site, with a banner put into each page's head and the demo's third parties beside it."""

    url = f"https://{SECOND}/production/index.html"
    own_hosts = frozenset({SECOND})
    counting: Counting

    def __init__(self, folder: Path, banner: Path) -> None:
        super().__init__()
        self.folders = {"banner": banner.resolve(), "": folder.resolve()}

    def applications(self) -> Mapping[str, web.Application]:
        site = web.Application()
        site.router.add_get("/{path:.*}", self._file)
        self.counting = Counting(site)
        return {SECOND: site} | {
            host: routed(routes) for service in services() for host, routes in service.hosts.items()
        }

    async def _file(self, request: web.Request) -> web.StreamResponse:
        first, _, rest = request.match_info["path"].partition("/")
        folder = self.folders["banner"] if first == "banner" else self.folders[""]
        path = (folder / (rest if first == "banner" else request.match_info["path"])).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise web.HTTPNotFound
        if path.suffix != ".html":
            return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
        text = path.read_text(encoding="utf-8").replace("</head>", HEAD, 1)
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-cache"})


def planted() -> Site:
    """Our own site, whose truth is known."""
    cookies = [item for item in ITEMS if item.kind == "cookie"]
    return Site(
        name="planted",
        world=CountedPlanted(),
        paths=PAGES,
        banner=True,
        accept="#cookie-notice [data-choice=all]",
        reject="#cookie-notice [data-choice=none]",
        cookies={
            state: frozenset((item.name, item.host) for item in cookies if state in item.states)
            for state in ConsentState
        },
        hosts={state: frozenset(one.host for one in HOSTS if state in one.states) for state in ConsentState},
        setters={(item.name, item.host): item.set_by for item in cookies},
    )


MENU = (
    *("index", "index2", "index3", "index4"),
    *("form", "form_advanced", "form_buttons", "form_upload", "form_validation", "form_wizards"),
    *("tables", "tables_dynamic", "chartjs", "echarts", "other_charts", "calendar", "map", "chat"),
)
"""The first pages of the menu of gentelella's demo."""


def second(folder: Path) -> Site | None:
    """The demo of the npm package gentelella (web fonts, a map, settings kept in the browser), asking by the banner of
    the npm package vanilla-cookieconsent; None where either is not in the folder."""
    pages, banner = _unpacked(folder, "gentelella"), _unpacked(folder, "vanilla-cookieconsent")
    if pages is None or banner is None:
        return None
    return Site(
        name="second",
        world=FolderWorld(pages / "dist", banner / "dist"),
        paths=tuple(f"/production/{name}.html" for name in MENU),
        banner=True,
        accept="#cc-main [data-role=all]",
        reject="#cc-main [data-role=necessary]",
    )


def _unpacked(folder: Path, package: str) -> Path | None:
    """Unpack what ``npm pack`` wrote; None where it is not there."""
    at = folder / "sites" / package
    if not at.exists():
        archives = sorted(folder.glob(f"sites/{package}-[0-9]*.tgz"))
        if not archives:
            return None
        with tarfile.open(archives[-1]) as archive:
            archive.extractall(at, filter="data")
    return at / "package"
