"""An application that is one document: its routes are pages, and what a change of route causes is seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from consent.model.categories import ConsentState
from scanner.observations import Crawl, PageStatus, PageVisit
from scanner.partial import Visited
from scanner.routes import MAX_WALKS, Walker
from tests.scanner.conftest import SHOP, START, Site

Run = Callable[..., Awaitable[Crawl]]

APP = """<nav><a href="/">home</a> <a href="/cart">cart</a> <a href="/help">help</a> <a href="/out">out</a>
<span role="link" id="more">more</span><a href="/hidden" style="display:none">hidden</a></nav>
<form action="/send"><a href="/cart?in-form=1">in a form</a></form><main></main>
<script>
const show = (path) => {
  document.querySelector("main").textContent = path;
  document.title = path;
};
const go = (path) => {
  history.pushState(null, "", path);
  show(path);
  new Image().src = "https://count.track.example/view.gif?path=" + path;
  document.cookie = "last=" + path + "; path=/; max-age=100";
};
addEventListener("popstate", () => show(location.pathname));
document.addEventListener("click", (event) => {
  if (event.target.id === "more") go("/more");
  const link = event.target.closest("a");
  if (!link || link.pathname === "/out") return;
  event.preventDefault();
  go(link.pathname + link.search);
});
show(location.pathname);
</script>"""


def fill(site: Site) -> None:
    for path in ("/", "/cart", "/help", "/more", "/hidden"):
        site.page(path, APP)
    site.page("/out", "an ordinary page")
    site.add("count.track.example", "/view.gif", b"GIF89a", kind="image/gif")


async def test_routes_are_pages_and_what_a_click_causes_belongs_to_them(site: Site, run_crawl: Run) -> None:
    fill(site)
    crawl = await run_crawl(states=(ConsentState.BEFORE, ConsentState.GPC))
    visited = [visit.url.removeprefix(f"https://{SHOP}") for visit in crawl.visits if visit.state == "before"]
    assert {"/", "/cart", "/help", "/out", "/hidden"} <= set(visited)
    assert "/more" in visited, "a route that no link leads to is found by clicking what calls itself a link"
    views = {
        (seen.state, seen.name.partition("path=")[2], seen.page.removeprefix(f"https://{SHOP}"))
        for seen in crawl.observations
        if seen.kind == "request" and "view.gif" in seen.name
    }
    for state in (ConsentState.BEFORE, ConsentState.GPC):
        assert {(state, "/cart", "/cart"), (state, "/help", "/help")} <= views
    assert not {path for _, path, _ in views} & {"/out", "/hidden", "/cart?in-form=1"}
    # Each document is asked for once a state by its own visit; the walk loads its first one once more.
    loads = [path for host, path, _ in site.requests if host == SHOP]
    assert loads.count("/cart") == 2
    assert loads.count("/out") == 2
    assert "walk" not in " ".join(crawl.tool["notes"])


async def test_an_ordinary_site_is_not_clicked_through(site: Site, run_crawl: Run) -> None:
    site.page("/", '<a href="/a">a</a><script>onclick = () => fetch("/clicked")</script>')
    site.page("/a", '<a href="#/in-page">route</a>')
    crawl = await run_crawl()
    assert [visit.url for visit in crawl.visits] == [START, f"{START}a", f"{START}a#/in-page"]
    assert "/clicked" not in [path for _, path, _ in site.requests]


def done(path: str, *, routed: bool = True, status: PageStatus = "ok") -> tuple[str, Visited]:
    url = f"{START}{path}"
    visit = PageVisit(url=url, state=ConsentState.BEFORE, status=status)
    return url, Visited(visit=visit, routed=routed)


def test_one_document_of_each_kind_is_walked_and_no_kind_twice() -> None:
    nothing: Any = None
    walker = Walker(nothing, (), nothing, nothing, nothing, 1.0)
    level = [done("product/1"), done("product/2"), done("plain", routed=False), done("x", status="timeout")]
    walker.note(dict(level))
    assert list(walker.chosen()) == [f"{START}product/1"]
    assert list(walker.chosen()) == []
    walker.reached.add(f"{START}reached")
    walker.note(dict([done("product/3"), done("reached"), done("about")]))
    assert list(walker.chosen()) == [f"{START}about"]
    walker.note(dict(done(f"{letter * 3}/{letter}") for letter in "abcdefghijklmnop"))
    assert len(list(walker.chosen())) == MAX_WALKS - 2
