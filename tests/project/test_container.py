"""The Containerfile and the scripts that its steps run. How they were tried as a whole: docs/operations.md."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts" / "container"
LINES = [line for line in (ROOT / "Containerfile").read_text().splitlines() if line and not line.startswith("#")]


def values(instruction):
    return [line.partition(" ")[2] for line in LINES if line.startswith(f"{instruction} ")]


def test_each_step_is_a_script_that_is_there_and_can_be_executed():
    named = {Path(step) for step in values("RUN")} | {
        Path(word) for word in re.findall(r'"(/opt/gatehouse/scripts[^"]*)"', "\n".join(values("HEALTHCHECK")))
    }
    assert {path.name for path in named} == {path.name for path in SCRIPTS.iterdir()}
    for path in named:
        script = ROOT / path.relative_to("/opt/gatehouse")
        assert script.stat().st_mode & 0o111
        assert subprocess.run(["sh", "-n", str(script)], capture_output=True).returncode == 0


def test_what_a_step_reads_was_copied_before_it():
    order = [line for line in LINES if line.startswith(("COPY", "RUN"))]
    place = {line.rpartition("/")[2]: number for number, line in enumerate(order) if line.startswith("RUN")}
    copies = {line.split()[1]: number for number, line in enumerate(order) if line.startswith("COPY")}
    assert copies["scripts/container"] < place["install-system"]
    assert copies["requirements.lock"] < place["install-python"]
    assert place["install-python"] < copies["."] < place["finish"]


def test_it_runs_as_an_account_without_rights_and_keeps_its_state_in_a_volume():
    account = values("USER")[-1]
    made = (SCRIPTS / "install-system").read_text()
    assert re.search(rf"useradd .* {account}$", made, re.MULTILINE)
    home = dict(pair.split("=") for pair in values("ENV")[0].split())["GATEHOUSE_HOME"]
    assert values("VOLUME") == [home]
    assert re.search(rf"install -d -m 0700 -o {account} .* {home}$", made, re.MULTILINE)
    assert values("CMD") == ['["/opt/gatehouse/.venv/bin/python", "manage.py", "run"]']


def test_no_registry_is_named():
    texts = [(ROOT / "Containerfile").read_text(), *(path.read_text() for path in SCRIPTS.iterdir())]
    for text in texts:
        assert not re.search(r"https?://(?!127\.0\.0\.1)|index-url|find-links", text)
    assert values("ARG") == ["BASE=debian:bookworm-slim"]


def test_what_is_private_or_made_is_not_copied():
    ignored = set((ROOT / ".containerignore").read_text().split())
    kept_out = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}
    assert {".git", ".venv", "var", ".artifacts"} <= ignored
    assert {".venv", "var", ".artifacts"} <= kept_out


def test_the_check_asks_healthz_and_fails_where_nobody_answers():
    script = (SCRIPTS / "healthcheck").read_text()
    assert "/healthz" in script
    body = script.partition("<<'PY'\n")[2].removesuffix("PY\n")
    said = subprocess.run(
        ["python3", "-c", body], env={"PORT": "9", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=20
    )
    assert said.returncode == 1
    assert "not healthy" in said.stderr
