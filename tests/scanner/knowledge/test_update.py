from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from consent.model.errors import ConfigError, ScanError
from scanner.knowledge import update as updating
from scanner.knowledge.filter_lists import stored_lists
from scanner.knowledge.update import update
from tests.scanner.knowledge.lists import ADVERTISING, TRACKING

PAGES: dict[str, bytes] = {
    "/easyprivacy.txt": TRACKING.encode(),
    "/easylist.txt": ADVERTISING.encode(),
    "/page.html": b"<!doctype html><p>No list here",
    "/large.txt": TRACKING.encode() + b"!" * 4096,
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved = {"/moved": "/easylist.txt", "/round": "/round", "/away": "http://lists.example/"}.get(
            self.path
        )
        body = PAGES.get(self.path, b"")
        self.send_response(302 if moved else 200 if body else 404)
        if moved:
            self.send_header("Location", moved)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_lists_are_loaded_from_urls_and_files_and_kept_with_where_they_came_from(
    server: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.txt"
    file.write_text(TRACKING, encoding="utf-8")
    loaded = update([f"{server}/moved", str(file)], tmp_path)
    assert [one.title for one in loaded] == ["EasyList", "EasyPrivacy"]
    sources = {one.id: one.source for one in stored_lists(tmp_path)}
    assert sources == {"easylist": f"{server}/moved", "easyprivacy": str(file)}


def test_without_sources_the_stored_ones_are_loaded_again(server: str, tmp_path: Path) -> None:
    update([f"{server}/easyprivacy.txt"], tmp_path)
    again = update((), tmp_path)
    assert [one.source for one in again] == [f"{server}/easyprivacy.txt"]


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/nothing.txt", ScanError, "answered 404"),
        ("/page.html", ConfigError, "is no filter list"),
        ("/round", ScanError, "redirects more than"),
        ("/away", ConfigError, "expected an https URL"),
        ("/large.txt", ScanError, "is larger than"),
    ],
)
def test_where_one_list_cannot_be_had_none_is_changed(
    server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    path: str,
    error: type[Exception],
    message: str,
) -> None:
    update([f"{server}/easylist.txt"], tmp_path)
    before = stored_lists(tmp_path)
    monkeypatch.setattr(updating, "LARGEST", 4096)
    with pytest.raises(error, match=message):
        update([f"{server}/easyprivacy.txt", f"{server}{path}"], tmp_path)
    assert stored_lists(tmp_path) == before


def test_a_list_that_travels_in_plain_is_refused_and_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected an https URL"):
        update(["http://lists.example/easylist.txt"], tmp_path)
    with pytest.raises(ScanError, match="could not be had"):
        update(["http://127.0.0.1:1/easylist.txt"], tmp_path)


def test_two_lists_of_one_title_are_refused(server: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="has the title 'EasyList' too"):
        update([f"{server}/easylist.txt", f"{server}/moved"], tmp_path)
    assert stored_lists(tmp_path) == ()
