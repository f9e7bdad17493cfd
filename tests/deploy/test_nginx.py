"""deploy/nginx on loopback: a real nginx with the files as they are, but for addresses, paths and networks.

A visitor is 127.0.0.2 or 127.0.0.3, an administrator 127.0.0.9; nginx itself calls the server from 127.0.0.1.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
import trustme

from consent.model.inventory import encode_inventory
from tests.consent.factories import ORIGIN, body, inventory
from tests.deploy.test_images import DEPLOY

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not here (sudo apt-get install nginx-light)")

SERVER, SHOP = "consent.larkspur.example", "www.larkspur.example"
VISITOR, OTHER, ADMINISTRATOR = "127.0.0.2", "127.0.0.3", "127.0.0.9"
EVENTS_A_MINUTE = 5
SITES = f"""
[server]
public_url = "https://{SHOP}/_consent"
trusted_proxies = ["127.0.0.1"]
limit_consent = {EVENTS_A_MINUTE}
[sites.larkspur]
url = "https://{SHOP}/"
name = "Larkspur & Co"
"""


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Front(NamedTuple):
    """A running nginx: its port for TLS, the authority that its certificate is of, its folder of logs, the notice."""

    port: int
    authority: trustme.CA
    logs: Path
    version: str

    def ask(
        self, host: str, path: str, *, method: str = "GET", come_from: str = VISITOR, **more: Any
    ) -> Answer:
        """Send one request over TLS, whose certificate is checked, from an address of loopback."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        plain = socket.create_connection(("127.0.0.1", self.port), 20, source_address=(come_from, 0))
        connection = http.client.HTTPConnection(host)
        connection.sock = context.wrap_socket(plain, server_hostname=host)
        try:
            connection.request(method, path, body=more.get("body"), headers=more.get("headers", {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def post(self, host: str, path: str, come_from: str, **headers: str) -> Answer:
        """Send a consent event as the widget on the shop's page does."""
        headers = {"Content-Type": "application/json", "Origin": ORIGIN} | headers
        event = json.dumps(body(self.version)).encode()
        return self.ask(host, path, method="POST", come_from=come_from, body=event, headers=headers)


def configuration(folder: Path, port: int, plain: int, upstream: int) -> str:
    """The files of deploy/nginx with what a machine decides put in; each replacement must find its place."""
    main = (DEPLOY / "nginx" / "consentry.conf").read_text(encoding="utf-8")
    path = (DEPLOY / "nginx" / "first-party.conf").read_text(encoding="utf-8")
    for old, new in {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{upstream};",
        "10.0.0.0/8 1;": f"{ADMINISTRATOR} 1;",
        "/etc/ssl/private/consent.larkspur.example.key": str(folder / "key.pem"),
        "/etc/ssl/consent.larkspur.example.pem": str(folder / "chain.pem"),
        "/var/cache/nginx/consentry": str(folder / "cache"),
    }.items():
        assert old in main, old
        main = main.replace(old, new)
    main = main.replace("/var/log/nginx", str(folder))
    (folder / "first-party.conf").write_text(path.replace("/var/log/nginx", str(folder)), encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # The folder is its owner's alone, so nginx's workers are not to be somebody else where it is started as root.
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""
        {user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log notice; worker_processes 1;
        events {{ worker_connections 256; }}
        http {{
            {temporary} access_log off;
            {main}
            server {{
                listen 127.0.0.1:{port} ssl http2; server_name {SHOP};
                ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;
                location / {{ return 404 "the shop"; }}
                include {folder}/first-party.conf;
            }}
        }}
    """


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def started(
    folder: Path, authority: trustme.CA, upstream: int, version: str
) -> tuple[subprocess.Popen[bytes], Front]:
    certificate = authority.issue_cert(SERVER, SHOP)
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(folder / "chain.pem", append=True)
    port, plain = free_port(), free_port()
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port, plain, upstream), encoding="utf-8")
    assert NGINX is not None
    process = subprocess.Popen(
        [NGINX, "-p", folder, "-c", file, "-e", folder / "start.log"], stderr=subprocess.PIPE
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            if process.poll() is not None:
                pytest.fail((process.stderr.read() if process.stderr else b"").decode())
            time.sleep(0.02)
    return process, Front(port, authority, folder, version)


def ended(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nginx")


@pytest.fixture(scope="module")
def front(folder: Path) -> Iterator[Front]:
    """The whole set-up: the server, with something published, and nginx in front of it."""
    (folder / "sites.toml").write_text(SITES, encoding="utf-8")
    (folder / "inventory.json").write_bytes(encode_inventory(inventory()))
    options = ["--sites", str(folder / "sites.toml"), "--database", f"sqlite:///{folder / 'log.db'}"]
    program = [sys.executable, "-m", "consent.cli"]
    publish = [*program, "widget", "publish", "larkspur", "--json", "--inventory", folder / "inventory.json"]
    output = subprocess.run([*publish, *options], check=True, capture_output=True).stdout
    serve = [*program, "serve", "--listen", "127.0.0.1:0", "--no-worker", "--json", *options]
    server = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    nginx = None
    try:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())["data"]["address"]
        version = json.loads(output)["data"]["notice_version"]
        nginx, made = started(folder, trustme.CA(), int(address.rpartition(":")[2]), version)
        yield made
    finally:
        if nginx is not None:
            ended(nginx)
        ended(server)


@pytest.mark.parametrize(("host", "path"), [(SERVER, "/w/larkspur.js"), (SHOP, "/_consent/w/larkspur.js")])
def test_the_widget_is_cached_and_an_etag_is_answered_without_the_server(
    front: Front, host: str, path: str
) -> None:
    first, second = front.ask(host, path), front.ask(host, path)
    assert (first.status, second.status) == (200, 200)
    assert (first.headers["X-Cache-Status"], second.headers["X-Cache-Status"]) == ("MISS", "HIT")
    assert first.body == second.body
    assert b"www.larkspur.example/_consent" in first.body
    again = front.ask(host, path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.headers["X-Cache-Status"], again.body) == (304, "HIT", b"")


def test_a_post_through_the_path_is_stored_and_sets_the_cookie_on_the_shop_s_domain(front: Front) -> None:
    answer = front.post(SHOP, "/_consent/v1/consent", "127.0.0.4", Cookie="session=secret; consentry=broken")
    assert answer.status == 201, answer.body
    cookie = answer.headers["Set-Cookie"]
    assert "Domain=larkspur.example; Path=/;" in cookie
    assert cookie.endswith("Secure; SameSite=Lax")
    value = json.loads(unquote(re.findall(r"consentry=([^;]+)", cookie)[0]))
    assert answer.headers["Location"] == f"/_consent/v1/consent/{value['id']}"
    history = front.ask(SHOP, answer.headers["Location"])
    assert history.status == 200
    assert value["id"].encode() in history.body


def test_each_visitor_has_a_limit_of_their_own_whatever_address_they_write_into_a_header(
    front: Front,
) -> None:
    def forged(number: int) -> dict[str, str]:
        return {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}

    answers = [front.post(SERVER, "/v1/consent", VISITOR, **forged(number)) for number in range(12)]
    statuses = [answer.status for answer in answers]
    assert statuses[:EVENTS_A_MINUTE] == [201] * EVENTS_A_MINUTE
    assert statuses.count(429) >= 12 - EVENTS_A_MINUTE - 3, "a bucket fills up again while the test runs"
    assert front.post(SHOP, "/_consent/v1/consent", OTHER).status == 201


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/admin/sign-in",
        "/v1/admin/sites",
        "/metrics",
        "/readyz",
        "/v1/%61dmin/sites",
        "//v1//admin/sites",
        "/w/../v1/admin/sites",
        "/v1/consent/..%2fadmin/sites",
        "/v1/sites/%2e%2e/admin/sites",
    ],
)
def test_administration_is_refused_from_elsewhere_however_it_is_written(front: Front, path: str) -> None:
    forged = {"X-Forwarded-For": ADMINISTRATOR, "X-Forwarded-User": "ada"}
    assert front.ask(SERVER, path, headers=forged).status == 403
    assert front.ask(SERVER, path, come_from=ADMINISTRATOR).status != 403


def test_an_administrator_reaches_the_sign_in_and_the_api_asks_for_a_token(front: Front) -> None:
    assert front.ask(SERVER, "/admin/sign-in", come_from=ADMINISTRATOR).status == 200
    assert front.ask(SERVER, "/v1/admin/sites", come_from=ADMINISTRATOR).status == 401
    assert front.ask(SERVER, "/readyz", come_from=ADMINISTRATOR).status == 200


@pytest.mark.parametrize(
    "path",
    ["/_consent/admin", "/_consent/v1/admin/sites", "/_consent/w/../../admin", "/_consent/metrics", "/admin"],
)
def test_the_shop_s_host_has_no_administration_at_all(front: Front, path: str) -> None:
    assert front.ask(SHOP, path, come_from=ADMINISTRATOR).status == 404


def test_a_body_that_is_too_large_ends_at_the_proxy(front: Front) -> None:
    assert front.ask(SERVER, "/v1/consent", method="POST", body=b"x" * 20_000).status == 413


def test_no_log_has_an_address_or_a_consent_id_not_even_where_the_server_is_gone(
    front: Front, tmp_path: Path, folder: Path
) -> None:
    identifier = front.post(SERVER, "/v1/consent", "127.0.0.5").headers["Location"].rpartition("/")[2]
    apart = folder / "apart"
    apart.mkdir()
    nginx, lonely = started(apart, trustme.CA(), free_port(), front.version)
    try:
        for place in (front, lonely):
            place.ask(SERVER, f"/v1/consent/{identifier}")
            place.ask(SHOP, f"/_consent/v1/consent/{identifier}")
        assert lonely.ask(SERVER, f"/v1/consent/{identifier}").status == 502
    finally:
        ended(nginx)
    front.ask(SERVER, "/w/larkspur.js")
    for _ in range(200):
        lines = (folder / "consentry.log").read_text(encoding="utf-8")
        if " GET widget 200 " in lines:
            break
        time.sleep(0.02)
    assert " GET widget 200 " in lines
    assert " POST consent 201 " in lines
    written = lines + "".join(
        path.read_text(encoding="utf-8")
        for path in (folder / "error.log", apart / "error.log", apart / "consentry.log")
    )
    assert identifier not in written
    assert not re.search(r"127\.0\.0\.[2-9]\b", lines)
