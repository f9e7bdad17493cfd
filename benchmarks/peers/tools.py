"""The scanners: how each is installed, run and read. A tool that reads one page a run is given every page."""

from __future__ import annotations

import dataclasses
import json
import os
import shlex
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peers.sites import Cookie, Site

from scanner.browser.find import find_browser

HERE = Path(__file__).parent


@dataclasses.dataclass(kw_only=True)
class State:
    """What a tool tells of one consent state."""

    cookies: set[Cookie] = dataclasses.field(default_factory=set)
    hosts: set[str] = dataclasses.field(default_factory=set)
    storage: int | None = None


@dataclasses.dataclass(kw_only=True)
class Found:
    """What a tool tells: by state, who set which cookie, and remarks."""

    states: dict[str, State]
    setters: dict[Cookie, str] = dataclasses.field(default_factory=dict)
    notes: list[str] = dataclasses.field(default_factory=list)
    report: Path | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tool:
    """One tool; ``commands`` makes what to run for a site, ``read`` what it found from the folder that it wrote to."""

    name: str
    version: Callable[[Path], str]
    """The installed version; raises OSError, KeyError or subprocess errors where it is not installed."""
    commands: Callable[[Path, Site, Path], list[list[str]]]
    read: Callable[[Site, Path], Found]
    install: tuple[str, ...] = ()
    one_page: bool = False
    """Whether it looks at the page that it is given, and at no other."""


def wrapper(folder: Path, site: Site) -> Path:
    """Write a browser of the site's world: the same one that Consentry uses, with the flags that lead to loopback."""
    browser = find_browser()
    flags = " ".join(shlex.quote(flag) for flag in _flags(site))
    path = folder / "browser.sh"
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(str(browser.path))} "$@" {flags}\n', encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def environment(folder: Path, peers: Path, site: Site) -> dict[str, str]:
    """Return variables by which Playwright and Puppeteer of the peers find the browser instead of their own."""
    browser = wrapper(folder, site)
    browsers = folder / "browsers"
    for listing in [*peers.glob("*/node_modules/playwright-core/browsers.json"), *peers.glob("py/lib/*/site-packages/playwright/driver/package/browsers.json")]:  # fmt: skip
        for entry in json.loads(listing.read_text(encoding="utf-8"))["browsers"]:
            name, revision = entry["name"], entry["revision"]
            places = {
                "chromium": ("chrome-linux64/chrome", "chrome-linux/chrome"),
                "chromium-headless-shell": (
                    "chrome-headless-shell-linux64/chrome-headless-shell",
                    "chrome-linux/headless_shell",
                ),
            }.get(name, ())
            for place in places:
                path = browsers / f"{name.replace('-', '_')}-{revision}" / place
                path.parent.mkdir(parents=True, exist_ok=True)
                if not path.exists():
                    path.symlink_to(browser)
                (browsers / f"{name.replace('-', '_')}-{revision}" / "INSTALLATION_COMPLETE").touch()
    return dict(os.environ) | {
        "PLAYWRIGHT_BROWSERS_PATH": str(browsers),
        "PUPPETEER_EXECUTABLE_PATH": str(browser),
        "PLAYWRIGHT_SKIP_VALIDATE_HOST_REQUIREMENTS": "1",
    }


def tools() -> tuple[Tool, ...]:
    """Return ours, the baseline, and every peer."""
    return (
        Tool(name="Consentry", version=lambda _: version("consentry"), commands=_ours("4"), read=_read_ours),
        Tool(name="Consentry (one tab)", version=lambda _: version("consentry"), commands=_ours("1"), read=_read_ours),
        Tool(
            name="plain Playwright script",
            version=lambda _: version("playwright"),
            commands=_reference,
            read=_read_reference,
        ),
        Tool(
            name="blacklight-collector",
            version=_npm("blacklight", "@themarkup/blacklight-collector"),
            commands=_blacklight,
            read=_read_blacklight,
            install=("npm", "blacklight", "@themarkup/blacklight-collector"),
        ),
        Tool(
            name="gdpr-cookie-scanner",
            version=_npm("slashgear", "@slashgear/gdpr-cookie-scanner"),
            commands=_slashgear,
            read=_read_slashgear,
            one_page=True,
            install=("npm", "slashgear", "@slashgear/gdpr-cookie-scanner", "node@24"),
        ),
        Tool(
            name="cookieradar",
            version=_pip("cookieradar"),
            commands=_script("run_cookieradar.py"),
            read=_read_cookieradar,
            one_page=True,
            install=("pip", "cookieradar"),
        ),
        Tool(
            name="consentcrawl",
            version=_pip("consentcrawl"),
            commands=_script("run_consentcrawl.py"),
            read=_read_consentcrawl,
            one_page=True,
            install=("pip", "consentcrawl"),
        ),
        Tool(
            name="gdpr-site-auditor",
            version=_pip("gdpr-site-auditor"),
            commands=_auditor,
            read=_read_auditor,
            one_page=True,
            install=("pip", "gdpr-site-auditor"),
        ),
    )  # fmt: skip


def install(tool: Tool, peers: Path) -> None:
    """Install a peer into the scratch folder by its registry's own client."""
    if not tool.install:
        return
    kind, *rest = tool.install
    if kind == "pip":
        if not (peers / "py").exists():
            subprocess.run([sys.executable, "-m", "venv", str(peers / "py")], check=True)
        subprocess.run([str(peers / "py/bin/pip"), "install", "--quiet", *rest], check=True)
    else:
        folder = peers / rest[0]
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-fund", "--no-audit", *rest[1:]]
        subprocess.run(
            command, check=True, cwd=folder, env=dict(os.environ) | {"PUPPETEER_SKIP_DOWNLOAD": "1"}
        )


def _flags(site: Site) -> list[str]:
    rules = f"MAP *:80 127.0.0.1:{site.world.http_port}, MAP *:443 127.0.0.1:{site.world.https_port}, EXCLUDE 127.0.0.1"
    return [f"--host-resolver-rules={rules}", "--ignore-certificate-errors", "--no-sandbox"]


def _npm(folder: str, package: str) -> Callable[[Path], str]:
    def tell(peers: Path) -> str:
        path = peers / folder / "node_modules" / package / "package.json"
        return str(json.loads(path.read_text(encoding="utf-8"))["version"])

    return tell


def _pip(package: str) -> Callable[[Path], str]:
    def tell(peers: Path) -> str:
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
        done = subprocess.run(
            [str(peers / "py/bin/python"), "-c", code], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    return tell


def _task(site: Site, out: Path, **more: Any) -> str:
    return json.dumps(
        {"urls": site.urls, "out": str(out / "found.json"), "browser": str(out / "browser.sh"), **more}
    )


# Ours


def _ours(concurrency: str) -> Callable[[Path, Site, Path], list[list[str]]]:
    def commands(_peers: Path, site: Site, out: Path) -> list[list[str]]:
        resolve = [part for one in site.world.resolve for part in ("--resolve", one)]
        states = "before,reject,accept,withdraw,gpc" if site.banner else "before"
        only = [part for path in site.paths for part in ("--include", path)] if not site.cookies else []
        return [
            [
                sys.executable, "-m", "consent.cli", "scan", site.world.url, "--states", states,
                "--pages", str(len(site.paths) + site.banner), "--concurrency", concurrency, "--out", str(out),
                "--format", "json", "--json", "--ignore-certificate-errors", *resolve, *only,
            ]
        ]  # fmt: skip

    return commands


def _read_ours(_site: Site, out: Path) -> Found:
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    states = {one["state"]: State(storage=0) for one in report["passes"]}
    setters = {}
    for item in report["items"]:
        for state in item["states"]:
            if item["kind"] == "cookie":
                states[state].cookies.add((item["name"], item["host"]))
            else:
                states[state].storage = (states[state].storage or 0) + 1
        if item["kind"] == "cookie":
            setters[item["name"], item["host"]] = next(iter(item["set_by"]), "")
    for request in report["requests"]:
        states[request["state"]].hosts.add(request["host"])
    notes = [f"{one['state']} not applied: {one['reason']}" for one in report["passes"] if not one["applied"]]
    applied = {one["state"] for one in report["passes"] if one["applied"]}
    return Found(
        states={state: found for state, found in states.items() if state in applied},
        setters=setters,
        notes=notes,
        report=out / "report.json",
    )


# The baseline


def _reference(_peers: Path, site: Site, out: Path) -> list[list[str]]:
    task = _task(site, out, accept=site.accept, reject=site.reject, args=_flags(site))
    return [
        [
            sys.executable,
            str(HERE / "reference.py"),
            task.replace(str(out / "browser.sh"), str(find_browser().path)),
        ]
    ]


def _read_reference(_site: Site, out: Path) -> Found:
    found = json.loads((out / "found.json").read_text(encoding="utf-8"))["states"]
    return Found(
        states={
            state: State(
                cookies={(name, host) for name, host in seen["cookies"]},
                hosts=set(seen["hosts"]),
                storage=len(seen["storage"]),
            )
            for state, seen in found.items()
            if seen["applied"]
        },
        notes=[f"{state} not applied" for state, seen in found.items() if not seen["applied"]],
    )


# Peers


def _blacklight(peers: Path, site: Site, out: Path) -> list[list[str]]:
    return [
        [
            "node", str(HERE / "run_blacklight.cjs"), str((peers / "blacklight").resolve()), site.world.url,
            str(len(site.paths)), str(out / "browser.sh"), str(out / "blacklight"),
        ]
    ]  # fmt: skip


def _read_blacklight(_site: Site, out: Path) -> Found:
    found = json.loads((out / "blacklight/inspection.json").read_text(encoding="utf-8"))
    state = State(hosts=set(found["hosts"]["requests"]["third_party"]))
    setters = {}
    for cookie in found["reports"]["cookies"]:
        key = (cookie["name"], str(cookie["domain"]).lstrip("."))
        state.cookies.add(key)
        if cookie.get("script"):
            setters[key] = str(cookie["script"])
    return Found(states={"before": state}, setters=setters)


def _slashgear(peers: Path, site: Site, out: Path) -> list[list[str]]:
    node = peers / "slashgear/node_modules/node/bin/node"
    program = peers / "slashgear/node_modules/@slashgear/gdpr-cookie-scanner/dist/cli.js"
    return [
        [str(node), str(program), "scan", url, "--output", str(out / f"page{number}"), "--format", "json", "--locale", "en-GB"]
        for number, url in enumerate(site.urls)
    ]  # fmt: skip


def _read_slashgear(site: Site, out: Path) -> Found:
    states = {name: State() for name in ("before", "reject", "accept")}
    for path in out.glob("page*/**/*.json"):
        found = json.loads(path.read_text(encoding="utf-8"))
        _slashgear_state(states, found, site)
    return Found(states={name: state for name, state in states.items() if state.cookies or name == "before"})


def _slashgear_state(states: Mapping[str, State], found: dict[str, Any], site: Site) -> None:
    for name, fields in (
        ("before", ("cookiesBeforeInteraction", "networkBeforeInteraction")),
        ("reject", ("cookiesAfterReject", "networkAfterReject")),
        ("accept", ("cookiesAfterAccept", "networkAfterAccept")),
    ):
        states[name].cookies |= {
            (c["name"], str(c["domain"]).lstrip(".")) for c in found.get(fields[0]) or ()
        }
        states[name].hosts |= _third(site, (r["url"] for r in found.get(fields[1]) or ()))


def _script(name: str) -> Callable[[Path, Site, Path], list[list[str]]]:
    def commands(peers: Path, site: Site, out: Path) -> list[list[str]]:
        return [[str(peers / "py/bin/python"), str(HERE / name), _task(site, out)]]

    return commands


def _read_cookieradar(site: Site, out: Path) -> Found:
    states = {name: State() for name in ("before", "accept", "reject")}
    applied: set[str] = set()
    for page in json.loads((out / "found.json").read_text(encoding="utf-8")):
        for field, name in (("pre_consent", "before"), ("post_accept", "accept"), ("post_reject", "reject")):
            seen = page[field]
            if name != "before" and not seen["consent_clicked"]:
                continue
            applied.add(name)
            states[name].cookies |= {(c["name"], str(c["domain"]).lstrip(".")) for c in seen["cookies"]}
            states[name].hosts |= _third(site, (r["url"] for r in seen["external"]))
    return Found(
        states={name: state for name, state in states.items() if name in applied},
        notes=[f"{name} not applied" for name in states if name not in applied],
    )


def _read_consentcrawl(_site: Site, out: Path) -> Found:
    states = {name: State() for name in ("before", "accept")}
    clicked = False
    for page in json.loads((out / "found.json").read_text(encoding="utf-8")):
        if page["status"] != "success":
            continue
        clicked = clicked or bool(page["consent_manager"])
        for name, suffix in (("before", "no_consent"), ("accept", "all")):
            states[name].cookies |= {(c["name"], c["domain"].lstrip(".")) for c in page[f"cookies_{suffix}"]}
            states[name].hosts |= set(page[f"third_party_domains_{suffix}"])
    if not clicked:
        del states["accept"]
    return Found(states=states, notes=[] if clicked else ["accept not applied"])


def _auditor(peers: Path, site: Site, out: Path) -> list[list[str]]:
    """It has no browser: name look-ups and certificates are turned to loopback by a module that Python starts with."""
    patch = out / "patched"
    patch.mkdir(exist_ok=True)
    (patch / "sitecustomize.py").write_text(
        "import socket, ssl\n"
        "look_up, connect = socket.getaddrinfo, socket.socket.connect\n"
        f"ports = {{80: {site.world.http_port}, 443: {site.world.https_port}}}\n"
        "socket.getaddrinfo = lambda host, *a, **k: look_up('127.0.0.1', *a, **k)\n"
        "socket.socket.connect = lambda self, to: connect(self, (to[0], ports.get(to[1], to[1])))\n"
        "ssl.create_default_context = lambda *a, **k: ssl._create_unverified_context()\n",
        encoding="utf-8",
    )
    return [["env", f"PYTHONPATH={patch}", str(peers / "py/bin/gdpr-audit"), url] for url in site.urls]


def _read_auditor(_site: Site, _out: Path) -> Found:
    return Found(states={"before": State()}, notes=["no browser: reads the HTML alone and lists no cookies"])


def _third(site: Site, urls: Iterable[str]) -> set[str]:
    own = urlsplit(site.world.url).hostname
    return {host for url in urls if (host := urlsplit(str(url)).hostname) and host != own}
