"""The demo shop's own behaviour: sessions, forms, basket, errors, languages."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import async_playwright

from scanner.browser.find import find_browser
from scanner.demo.front import DemoWorld
from scanner.demo.site import DEMO_EMAIL, DEMO_PASSWORD
from tests.scanner.demo.client import Answer, Client

SHOP = "https://www.larkspur.example"


class Browser:
    """Keeps cookies between requests, and fills the hidden field of forms."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.cookies: dict[str, str] = {}

    async def get(self, path: str) -> Answer:
        return self._keep(await self.client.get(SHOP + path, headers=self._headers()))

    async def post(self, path: str, **fields: str) -> Answer:
        data = {"csrf_token": self.cookies.get("csrf_token", "")} | fields
        return self._keep(await self.client.request("POST", SHOP + path, headers=self._headers(), data=data))

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: Answer) -> Answer:
        self.cookies |= {name: value.strip('"') for name, value in answer.cookies.items()}
        return answer


@pytest.fixture
def browser(client: Client) -> Browser:
    return Browser(client)


async def test_the_session_starts_with_the_first_page_and_stays(browser: Browser) -> None:
    first = await browser.get("/")
    assert re.search(
        r"^larkspur_session=[\w-]{32}; HttpOnly; Path=/; SameSite=Lax; Secure$", first.set_cookies[0]
    )
    assert (await browser.get("/shop")).set_cookies == []


async def test_axe_finds_nothing_on_the_shops_own_pages(world: DemoWorld) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_browser().path, args=world.chromium_args
        )
        page = await chromium.new_page()
        for path in ("/", "/shop", "/journal", "/contact", "/checkout"):
            await page.goto(SHOP + path)
            found = (await Axe().run(page)).response["violations"]
            assert [(path, one["id"]) for one in found] == []


async def test_a_session_id_of_a_visitors_own_making_is_replaced(browser: Browser) -> None:
    browser.cookies["larkspur_session"] = "chosen-by-somebody-else"
    await browser.get("/")
    assert browser.cookies["larkspur_session"] != "chosen-by-somebody-else"


async def test_the_account_is_behind_the_login(browser: Browser) -> None:
    assert (await browser.get("/account")).headers["Location"] == "/login"
    page = await browser.get("/login")
    assert DEMO_EMAIL in page.text
    assert DEMO_PASSWORD in page.text
    before = browser.cookies["larkspur_session"]
    answer = await browser.post("/login", email=DEMO_EMAIL, password=DEMO_PASSWORD)
    assert (answer.status, answer.headers["Location"]) == (303, "/account")
    assert browser.cookies["larkspur_session"] != before
    assert "You are signed in" in (await browser.get("/account")).text
    await browser.post("/logout")
    assert (await browser.get("/account")).headers["Location"] == "/login"


@pytest.mark.parametrize("password", ["wrong", "", "grün"])
async def test_a_wrong_password_is_refused(browser: Browser, password: str) -> None:
    await browser.get("/login")
    answer = await browser.post("/login", email=DEMO_EMAIL, password=password)
    assert answer.status == 403
    assert "do not belong together" in answer.text
    assert (await browser.get("/account")).status == 303


@pytest.mark.parametrize("path", ["/login", "/logout", "/contact", "/cart/add", "/cart/remove", "/checkout"])
async def test_a_form_without_its_token_is_refused(browser: Browser, path: str) -> None:
    await browser.get("/login")
    assert (await browser.post(path, csrf_token="guessed")).status == 403
    browser.cookies.clear()
    assert (await browser.post(path)).status == 403


async def test_the_basket_fills_counts_and_empties(browser: Browser) -> None:
    await browser.get("/shop/first-flush")
    await browser.post("/cart/add", product="first-flush")
    await browser.post("/cart/add", product="first-flush")
    await browser.post("/cart/add", product="silver-needle")
    assert browser.cookies["cart"] == "first-flush:2|silver-needle:1"
    page = (await browser.get("/cart")).text
    assert "Basket (3)" in page
    assert "2 \N{MULTIPLICATION SIGN} 100 g" in page
    await browser.post("/cart/remove", product="first-flush")
    assert browser.cookies["cart"] == "silver-needle:1"
    gone = await browser.post("/cart/remove", product="silver-needle")
    assert any(line.startswith('cart=""; ') and "Max-Age=0" in line for line in gone.set_cookies)


async def test_an_unknown_tea_cannot_be_bought(browser: Browser) -> None:
    await browser.get("/cart")
    assert (await browser.post("/cart/add", product="coffee")).status == 404


@pytest.mark.parametrize(
    "value", ["coffee:1", "first-flush:-1", "first-flush:999", "first-flush", "|||", "%00:1"]
)
async def test_a_basket_that_makes_no_sense_is_empty(browser: Browser, value: str) -> None:
    browser.cookies["cart"] = value
    page = await browser.get("/cart")
    assert page.status == 200
    assert "Nothing in it yet" in page.text


async def test_an_order_empties_the_basket_and_is_counted(browser: Browser) -> None:
    await browser.get("/login")
    await browser.post("/login", email=DEMO_EMAIL, password=DEMO_PASSWORD)
    await browser.post("/cart/add", product="first-flush")
    assert "First Flush" in (await browser.get("/checkout")).text
    done = await browser.post("/checkout", name="A", address="B")
    assert "nothing was charged" in done.text
    assert "Orders in this session: 1." in (await browser.get("/account")).text


async def test_search_finds_by_words_and_escapes_what_was_asked(browser: Browser) -> None:
    assert "1 found" in (await browser.get("/search?q=trout")).text
    page = (await browser.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E")).text
    assert "<script>alert(1)" not in page
    assert "0 found for “&lt;script&gt;" in page


async def test_the_language_cookie_turns_the_frame_german(browser: Browser) -> None:
    browser.cookies["lang"] = "de"
    page = (await browser.get("/")).text
    assert '<html lang="de">' in page
    assert "Datenschutz" in page
    browser.cookies["lang"] = "xx"
    assert '<html lang="en">' in (await browser.get("/")).text


async def test_contact_thanks_for_a_message(browser: Browser) -> None:
    await browser.get("/contact")
    assert "Thank you" in (await browser.post("/contact", email="a@b.example", message="Hello")).text


async def test_an_error_is_a_page_of_the_shop(browser: Browser) -> None:
    for path, status in (("/stock", 500), ("/nowhere", 404)):
        page = await browser.get(path)
        assert page.status == status
        assert "Larkspur &amp; Co" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/js/../../site.py",
        "/static/js/%2e%2e%2fsite.py",
        "/static/templates/base.html",
        "/static/css/none.css",
    ],
)
async def test_only_static_files_are_served(browser: Browser, path: str) -> None:
    assert (await browser.get(path)).status == 404


async def test_no_page_has_an_inline_handler_and_all_have_their_headers(browser: Browser) -> None:
    for path in ("/", "/shop/smoked-alder", "/checkout", "/contact", "/login"):
        page = await browser.get(path)
        assert not re.search(r"<[^>]+\son[a-z]+=", page.text), path
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
