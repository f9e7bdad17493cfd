"""No page reaches a network that nobody named: by no way that a browser has, and under no way to write an address."""

from __future__ import annotations

import pytest

from consent.model.errors import ScanError
from tests.scanner.conftest import SHOP
from tests.scanner.hostile.world import World, run_and_scan, scan

pytestmark = pytest.mark.timeout(400)  # whichever comes first waits for the scan

WRITTEN = (
    "127.0.0.1",
    "localhost",
    "[::1]",
    "0.0.0.0",
    "2130706433",
    "0x7f.1",
    "127.1",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::]",
    "intranet.test",
    "sub.localhost",
    "127.0.0.1.",
)
ELSEWHERE = {
    "169.254.169.254": "a cloud's metadata service",
    "10.0.0.1": "a private network",
    "192.168.1.1": "a private network",
    "172.16.0.1": "a private network",
    "100.64.0.1": "a carrier's network (CGNAT)",
    "224.0.0.1": "multicast",
    "[fd00::1]": "a private network",
    "[fe80::1]": "link-local",
}
SCHEMES = {
    "file": "file:///etc/passwd",
    "data": "data:text/html,<title>data</title>",
    "chrome": "chrome://version/",
}


def build(world: World) -> None:
    port, udp_port = world.victim.port, world.victim.udp_port
    world.names |= {"intranet.test": ["127.0.0.1"], "sub.localhost": ["127.0.0.1"]}
    images = "".join(f'<img src="http://{host}:{port}/img">' for host in WRITTEN)
    images += "".join(f'<img src="http://{host}/latest/meta-data/">' for host in ELSEWHERE)
    world.redirect("/to-private", f"http://127.0.0.1:{port}/redirected")
    ways = f"""<iframe src="http://127.0.0.1:{port}/frame"></iframe>
        <iframe name="into"></iframe>
        <form id="f" method="post" target="into" action="http://127.0.0.1:{port}/form"><input name="a" value="b"></form>
        <link rel="preconnect" href="http://127.0.0.1:{port}"><link rel="prefetch" href="http://127.0.0.1:{port}/prefetch">
        <img src="/to-private"><object data="http://127.0.0.1:{port}/object"></object>
        <video src="http://127.0.0.1:{port}/video"></video><script src="http://127.0.0.1:{port}/script.js"></script>
        <script>
        const quiet = (work) => {{ try {{ Promise.resolve(work()).catch(() => 0) }} catch {{ /* refused */ }} }};
        const at = "127.0.0.1:{port}";
        quiet(() => f.submit());
        quiet(() => fetch("http://" + at + "/fetch", {{ mode: "no-cors" }}));
        quiet(() => fetch("https://" + at + "/fetch", {{ mode: "no-cors" }}));
        quiet(() => navigator.sendBeacon("http://" + at + "/beacon", "x"));
        quiet(() => new WebSocket("ws://" + at + "/socket"));
        quiet(() => new WebSocket("wss://" + at + "/socket"));
        quiet(() => new EventSource("http://" + at + "/events"));
        quiet(() => new WebTransport("https://" + at + "/transport").ready);
        quiet(() => new Worker(URL.createObjectURL(new Blob([`fetch("http://${{at}}/worker", {{ mode: "no-cors" }})`]))));
        quiet(async () => {{
          const servers = [{{ urls: "stun:127.0.0.1:{udp_port}" }},
            {{ urls: "turn:" + at + "?transport=tcp", username: "u", credential: "c" }}];
          const peer = new RTCPeerConnection({{ iceServers: servers }});
          peer.createDataChannel("x");
          await peer.setLocalDescription(await peer.createOffer());
        }});
        </script>"""
    for scheme in ("https", "http"):  # in a page with TLS, some of them are never tried
        world.site.page(f"/written-{scheme}", images)
        world.scan(f"/written-{scheme}", scheme=scheme)
        world.site.page(f"/ways-{scheme}", ways)
        world.scan(f"/ways-{scheme}", scheme=scheme)
    for path, to in (
        ("/leads", f"http://127.0.0.1:{port}/page"),
        ("/leads-by-name", f"http://intranet.test:{port}/page"),
        *((f"/leads-to-{name}", url) for name, url in SCHEMES.items()),
    ):
        world.redirect(path, to)
        world.scan(path)
    world.script("/goes", f"location = 'http://127.0.0.1:{port}/gone'")
    world.script(
        "/schemes",
        "for (const url of ['file:///etc/passwd', 'chrome://version/', 'view-source:https://www.shop.example/',"
        "'data:text/html,<title>data</title>', 'devtools://devtools/bundled/inspector.html']) {"
        "const frame = document.createElement('iframe'); frame.src = url; document.body.append(frame);"
        "try { location = url } catch { /* refused */ } }",
    )


def test_nothing_connected_to_the_scanners_own_network(world: World) -> None:
    assert world.victim.connections == []
    assert world.victim.datagrams == []


def test_every_address_that_was_asked_for_is_in_the_report_with_its_page_and_kind(world: World) -> None:
    told = {one.host.rpartition(":")[0]: one for one in world.reports[0].private_addresses}
    for host, kind in ELSEWHERE.items():
        assert told[host.strip("[]")].kind == kind
    for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "intranet.test"):
        assert told[host].kind.startswith("this machine itself")
    assert "http://www.shop.example/written-http" in told["10.0.0.1"].pages
    assert told["intranet.test"].address == "127.0.0.1"
    assert {one.subject for one in world.findings("private-address")} == {
        one.host for one in world.reports[0].private_addresses
    }


def test_a_request_that_was_refused_says_so(world: World) -> None:
    failed = {one.failed for one in world.reports[0].requests if one.host == "10.0.0.1"}
    assert failed == {"not visited, since the address is not public: 10.0.0.1 is 10.0.0.1, a private network"}


@pytest.mark.parametrize(("path", "host"), [("/leads", "127.0.0.1"), ("/leads-by-name", "intranet.test")])
def test_a_page_that_leads_there_is_told(world: World, path: str, host: str) -> None:
    page = world.reported(path)
    assert page.status == "failed"
    assert page.error == (
        f"not visited, since the address is not public: {host} is 127.0.0.1, this machine itself (loopback)"
    )


def test_a_page_whose_script_goes_there_is_told(world: World) -> None:
    assert "not visited, since the address is not public: 127.0.0.1" in world.told("/goes")


@pytest.mark.parametrize("name", SCHEMES)
def test_no_redirect_leads_to_a_file_or_to_a_page_of_the_browser(world: World, name: str) -> None:
    page = world.reported(f"/leads-to-{name}")
    assert page.status == "failed"
    assert page.error.startswith("it redirects to an address that no page may open")


def test_a_page_that_tries_other_schemes_stays_what_it_is(world: World) -> None:
    assert world.visit("/schemes").final_url == f"https://{SHOP}/schemes"
    assert world.reported("/schemes").title in {"schemes", "Shop"}


async def test_a_start_page_behind_a_private_name_is_refused_until_it_is_named() -> None:
    async def body(world: World) -> None:
        world.names["intranet.test"] = ["127.0.0.1"]
        start = f"http://intranet.test:{world.site.http_port}/"
        world.site.add("intranet.test", "/", "<title>Inside</title>")
        with pytest.raises(ScanError, match=r"not public: intranet\.test is 127\.0\.0\.1") as raised:
            await scan(world, start)
        assert "--allow-private HOST" in raised.value.hint
        (visit,) = (await scan(world, start, allow_private=("intranet.test",))).visits
        assert (visit.status, visit.title) == ("ok", "Inside")
        # An address that the operator wrote himself needs no further word.
        world.site.add("127.0.0.1", "/", "<title>Here</title>")
        (visit,) = (await scan(world, start.replace("intranet.test", "127.0.0.1"))).visits
        assert visit.title == "Here"

    await run_and_scan(body)
