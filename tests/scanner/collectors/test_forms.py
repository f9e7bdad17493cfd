from __future__ import annotations

from collections.abc import Awaitable, Callable

from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]


async def test_forms_are_read_with_fields_method_and_where_they_go(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<form action="/search"><input name="q" type="search"></form>
        <form action="http://www.shop.example/login" method="post"><input type="email" name="mail"><input type="password" name="word"><input type="hidden" name="t"></form>
        <form action="/x"><input name="action" value="shadowed"><input type="tel" name="phone"><button formaction="https://crm.vendor.example/in" formmethod="post">Go</button></form>
        <input type="password" id="loose"><iframe src="https://forms.vendor.example/embed"></iframe>""",
    )
    site.add(
        "forms.vendor.example",
        "/embed",
        '<form action="/in" method="post"><textarea name="note"></textarea></form>',
    )

    crawl = await run_crawl()

    assert crawl.tool["notes"] == []
    login = observed(crawl, "form", "http://www.shop.example/login")
    assert login.details["fields"] == [["email", "mail"], ["password", "word"]]
    assert (login.details["method"], login.host, login.details["embedded"]) == ("post", SHOP, False)
    other = observed(crawl, "form", "https://crm.vendor.example/in")
    assert (other.details["method"], other.details["fields"]) == (
        "post",
        [["text", "action"], ["tel", "phone"]],
    )
    assert observed(crawl, "form", f"{START}search").details["method"] == "get"
    assert observed(crawl, "form", "").details == {
        "method": "script", "fields": [["password", "loose"]], "frame": START, "embedded": False,
    }  # fmt: skip
    embedded = observed(crawl, "form", "https://forms.vendor.example/in")
    assert embedded.details["embedded"]
    assert embedded.page == START


async def test_ten_thousand_forms_stay_bounded(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        "<script>document.body.innerHTML = Array.from({ length: 10000 }, (_, i) => `<form action='/${i}'>${'<input>'.repeat(3)}</form>`).join('')</script>",
    )
    crawl = await run_crawl()
    assert len([one for one in crawl.observations if one.kind == "form"]) == 40
