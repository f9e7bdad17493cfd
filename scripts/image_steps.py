"""Run the steps of deploy/Dockerfile without Docker, in a scratch folder: `make image` (ARGS=scan for the other target).

Each stage is an overlay over this machine's own file system, in which the steps run by chroot as they are written; all that
they change lies in the scratch folder, and is gone at the end. What stands in for the base image is this machine: its Python
(3.11 or newer) and its Debian. At the end the image's command is started as the image's user on a root that cannot be
written, and its health check is asked. Needs Linux, root and overlayfs; takes a minute or two.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEP_S = 600
HEALTHY_S = 60
BEGIN_S = 5
"""What a worker is asked is whether its database answers, which it does before the worker has begun to listen to signals."""
SITES = '[sites.larkspur]\nurl = "https://www.larkspur.example/"\n'


class Stage:
    """One stage: its instructions, and the file system that they make."""

    def __init__(self, name: str, base: str, steps: list[tuple[str, str]]) -> None:
        self.name = name
        self.base = base
        self.steps = steps
        self.environment: dict[str, str] = {}
        self.folder = "/"
        self.user = "0:0"
        self.root = Path("/")

    def last(self, instruction: str) -> str:
        """Return what the stage says last by an instruction, such as CMD."""
        return [text for name, text in self.steps if name == instruction][-1]


def stages_of(text: str) -> dict[str, Stage]:
    """Read a Dockerfile whose syntax a linter has proved: stages by name, each instruction on one line."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found: dict[str, Stage] = {}
    for line in re.sub(r"\\\n", " ", lines).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            base, _, alias = rest.split()
            found[alias] = Stage(alias, base, [])
        elif name:
            next(reversed(found.values())).steps.append((name, rest.strip()))
    return found


@contextmanager
def overlay(scratch: Path, name: str, base: str) -> Iterator[Path]:
    """Mount a file system that shows this machine's with the changes of the stage ``base``, and keeps its own to itself."""
    upper, work, merged = (scratch / name / part for part in ("upper", "work", "merged"))
    for folder in (upper, work, merged):
        folder.mkdir(parents=True)
    if (scratch / base / "upper").is_dir():
        # A copy, since one layer may not lie inside of another, which the machine's root is to all of them.
        subprocess.run(["cp", "-a", f"{scratch / base / 'upper'}/.", upper], check=True)
    options = f"lowerdir=/,upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, merged], check=True)
    try:
        for place in ("proc", "dev"):
            subprocess.run(["mount", "--rbind", "--make-rslave", f"/{place}", merged / place], check=True)
        open_interpreter(merged)
        yield merged
    finally:
        subprocess.run(["umount", "--recursive", "--lazy", merged], check=True)


def open_interpreter(root: Path) -> None:
    """Let every user start the Python that stands in for the image's: it may lie in somebody's own folder."""
    found = Path(shutil.which("python") or sys.executable).resolve()
    for folder in list(found.parents)[:-1]:
        place = root / str(folder).lstrip("/")
        place.chmod(place.stat().st_mode | 0o055)


def run(stage: Stage, command: Sequence[str], *, user: str = "0:0") -> subprocess.Popen[str]:
    """Start a command inside of a stage."""
    inside = shlex.join(command)
    chroot = ["chroot", f"--userspec={user}", str(stage.root), "/bin/sh", "-ec"]
    environment = dict(os.environ) | stage.environment
    return subprocess.Popen(
        [*chroot, f"cd {shlex.quote(stage.folder)} && exec {inside}"],
        env=environment,
        text=True,
        start_new_session=True,
    )


def build(stage: Stage, made: dict[str, Stage]) -> None:
    """Do what the stage's instructions say, up to those that only describe the image."""
    for name, text in stage.steps:
        if name == "RUN":
            started = time.monotonic()
            print(f"[{stage.name}] RUN {text[:100]}", flush=True)
            code = run(stage, ["/bin/sh", "-c", text]).wait(STEP_S)
            if code != 0:
                sys.exit(f"[{stage.name}] ended with {code}: RUN {text}")
            print(f"[{stage.name}]   {time.monotonic() - started:.1f} s", flush=True)
        elif name == "COPY":
            copy(stage, text.split(), made)
        elif name == "ENV":
            pairs = (part.partition("=") for part in shlex.split(text))
            stage.environment |= {
                key: os.path.expandvars(value.replace("$PATH", os.environ["PATH"])) for key, _, value in pairs
            }
        elif name == "WORKDIR":
            stage.folder = text
            (stage.root / text.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name == "USER":
            stage.user = text


def copy(stage: Stage, words: list[str], made: dict[str, Stage]) -> None:
    """Copy from the repository, or with --from out of another stage."""
    source = ROOT
    if words[0].startswith("--from="):
        source = made[words.pop(0).removeprefix("--from=")].root
    *names, target = words
    for name in names:
        place = (
            stage.root / stage.folder.lstrip("/") / target if target[0] != "/" else stage.root / target[1:]
        )
        place = place / name if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        origin = source / name.lstrip("/")
        if origin.is_dir():
            ignored = shutil.ignore_patterns("__pycache__") if source is ROOT else None
            shutil.copytree(origin, place, symlinks=True, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy2(origin, place)


def start(stage: Stage) -> None:
    """Run the image's command as its user on a read-only root, and ask its health until it is well."""
    (stage.root / "etc/consentry/sites.toml").write_text(SITES, encoding="utf-8")
    user = stage.user
    for place, options in (("tmp", "mode=1777"), ("var/lib/consentry", "mode=0750,uid=10001,gid=10001")):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", stage.root / place], check=True)
    subprocess.run(["mount", "-o", "remount,ro", stage.root], check=True)
    probe = stage.root / "opt/consentry/written"
    try:
        probe.write_text("", encoding="utf-8")
        sys.exit("the root can be written")
    except OSError:
        pass
    settings = ["--sites", "/etc/consentry/sites.toml"]
    health = json.loads(re.findall(r"CMD (\[.*\])", stage.last("HEALTHCHECK"))[0])
    if stage.name == "scan":
        # A worker needs a database that is there, and a server makes one.
        serve = ["consentry", "serve", *settings, "--listen", "127.0.0.1:0", "--no-worker"]
        until_well(stage, run(stage, serve, user=user), serve, health)
        code = run(stage, ["consentry", "doctor", *settings], user=user).wait(STEP_S)
        if code != 0:
            sys.exit(f"consentry doctor ended with {code}")
    command = [*json.loads(stage.last("ENTRYPOINT")), *json.loads(stage.last("CMD"))]
    until_well(stage, run(stage, command, user=user), command, health)


def until_well(stage: Stage, process: subprocess.Popen[str], command: list[str], health: list[str]) -> None:
    """Wait until the health check passes, then end the process in order; ends the program where either fails."""
    try:
        deadline = time.monotonic() + HEALTHY_S
        while run(stage, health, user=stage.user).wait(30) != 0:
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"not healthy: {shlex.join(command)}")
            time.sleep(0.5)
        time.sleep(BEGIN_S)
        print(f"[{stage.name}] healthy as {stage.user} on a read-only root: {shlex.join(command)}")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        code = process.wait(60)
    print(f"[{stage.name}] ended with {code} on SIGTERM")
    if code != 0:
        sys.exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build one target and try it; returns the exit code."""
    parser = argparse.ArgumentParser(description="Run the steps of deploy/Dockerfile in a scratch folder.")
    parser.add_argument("target", nargs="?", default="serve", choices=["serve", "scan"])
    target: str = parser.parse_args(arguments).target
    if sys.platform != "linux" or os.geteuid() != 0:
        print("Error: this needs Linux and root.\n  sudo make image, or docker build", file=sys.stderr)
        return 2
    stages = stages_of((ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
    wanted = [target]
    for name in wanted:
        needs = [stages[name].base, *re.findall(r"--from=(\S+)", str(stages[name].steps))]
        wanted += [one for one in needs if one in stages and one not in wanted]
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="consentry-image-")))
        made: dict[str, Stage] = {}
        for name, stage in stages.items():
            if name not in wanted:
                continue
            base = made.get(stage.base)
            if base is not None:
                stage.environment |= base.environment
                stage.folder = base.folder
            stage.root = stack.enter_context(overlay(scratch, name, stage.base))
            build(stage, made)
            made[name] = stage
        start(made[target])
    return 0


if __name__ == "__main__":
    sys.exit(main())
