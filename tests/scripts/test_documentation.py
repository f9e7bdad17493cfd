from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from consent.model.sites import load_sites
from widget.render import snippet

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SNIPPET = snippet("https://consent.larkspur.example/w/larkspur.js")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, warnings being errors."""
    folder = tmp_path_factory.mktemp("documentation") / "stage"
    program = [sys.executable, str(ROOT / "scripts" / "documentation.py"), str(folder)]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def navigated(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    return [name for one in (entry.values() if isinstance(entry, dict) else entry) for name in navigated(one)]  # type: ignore[attr-defined]


def navigation() -> list[str]:
    return navigated(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])


def test_every_page_stands_once_in_the_navigation() -> None:
    pages = [str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")]
    top = ["index.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
    assert sorted(navigation()) == sorted([*pages, *top])


def test_every_page_of_the_navigation_is_built(site: Path) -> None:
    for name in navigation():
        assert (site / name).with_suffix(".html").is_file(), name


def test_the_site_loads_nothing_from_another_host(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|iframe)\b[^>]*\bsrc=[\"']?(?:https?:)?//|<link\b[^>]*>", re.IGNORECASE
    )
    for path in site.rglob("*.html"):
        for found in loads.findall(path.read_text(encoding="utf-8")):
            assert not re.search(r"(?:stylesheet|preconnect|preload|icon)[^>]*(?:https?:)?//", found), (
                path,
                found,
            )
            assert found.startswith("<link"), (path, found)


def test_a_broken_link_ends_the_build(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import documentation
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("site_name: Links\ntheme: {name: material, font: false}\n")
    (tmp_path / "docs" / "index.md").write_text("# Links\n\n[nowhere](nowhere.md)\n")
    assert documentation.build(tmp_path) == 1


@pytest.mark.parametrize("name", ["tutorial", "widget", "howto/snippets", "howto/google-tag-manager"])
def test_the_lines_for_the_page_are_those_that_publishing_prints(name: str) -> None:
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert text.count(SNIPPET) == text.count("<script src=")
    assert SNIPPET in text


@pytest.mark.parametrize(
    "path", sorted((DOCS / "howto").glob("*.md")), ids=lambda path: str(path.relative_to(DOCS))
)
def test_every_setting_of_a_how_to_is_one(path: Path, tmp_path: Path) -> None:
    for index, block in enumerate(
        re.findall(r"```toml\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    ):
        file = tmp_path / f"{index}.toml"
        site = (
            ""
            if "url = " in block.replace("public_url", "")
            else '[sites.larkspur]\nurl = "https://www.larkspur.example/"\n'
        )
        file.write_text(site + block, encoding="utf-8")
        load_sites(file)


def test_what_a_view_reads_of_the_cookie_is_what_the_visitor_granted() -> None:
    text = (DOCS / "howto" / "snippets.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code, "snippets.md", "exec"), names)  # the page's own code, which this test is about
    granted = names["granted"]

    class Request:
        def __init__(self, **cookies: str) -> None:
            self.COOKIES = cookies

    assert callable(granted)
    assert granted(Request()) == "n"
    assert granted(Request(consentry="%7B%22v%22%3A1%2C%22c%22%3A%22np%22%7D")) == "np"
    assert granted(Request(consentry="{")) == "n"


KLARO = """
var klaroConfig = { lang: 'en', services: [{ name: 'ga', purposes: ['analytics'], cookies: [/^_ga.*$/] }] };
"""
VANILLA = """
CookieConsent.run({
  categories: { analytics: {} },
  language: { default: 'en', translations: { en: { preferencesModal: { sections: [{
    title: 'Analytics', linkedCategory: 'analytics',
    cookieTable: { headers: { name: 'Name', desc: 'Description' }, body: [{ name: '_ga', desc: 'Counts visits' }] },
  }] } } } },
});
"""


def test_the_commands_by_which_one_comes_from_another_tool_do_it(tmp_path: Path) -> None:
    text = (DOCS / "howto" / "migrate.md").read_text(encoding="utf-8")
    commands = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[0].splitlines()
    (tmp_path / "klaro-config.js").write_text(KLARO, encoding="utf-8")
    (tmp_path / "cookieconsent-config.js").write_text(VANILLA, encoding="utf-8")
    said = ""
    for command in commands:
        assert command.startswith("consentry ")
        done = subprocess.run(
            [sys.executable, "-m", "consent.cli", *shlex.split(command)[1:]], cwd=tmp_path, check=False,
            capture_output=True, text=True, env=os.environ | {"CONSENTRY_DATA": str(tmp_path / "data")},
        )  # fmt: skip
        assert done.returncode == 0, command + done.stderr
        said = done.stdout
    assert "cookieconsent-config.js" in said, "the last command lists what was learnt"
    decided = load_sites(tmp_path / "sites.toml").sites["larkspur"].decisions
    assert [(one.name, one.category.value) for one in decided] == [("_ga*", "performance")]
