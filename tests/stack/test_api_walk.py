"""docs/api.md: its walk with curl is run as it stands there, and what comes out is what the page says.

What is slow runs on a whole stack.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BETWEEN = "\x1e"
LEFT_OUT = "…"


def steps(page):
    """Return the commands of the walk, each with the outputs that the page shows after it, as (kind, text)."""
    walk = re.search(r"^## A walk with curl\n(.*?)^## ", page, re.DOTALL | re.MULTILINE)
    assert walk, "the page has no walk"
    found = []
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", walk[1], re.DOTALL | re.MULTILINE):
        if kind == "sh":
            found.append((text, []))
        else:
            found[-1][1].append((kind, text))
    return found


def run(commands, environment):
    """Run the commands in one shell, and return what each printed."""
    script = f"printf '{BETWEEN}'\n".join(commands)
    done = subprocess.run(
        ["bash", "-eu", "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout.split(BETWEEN)


def assert_shown(shown, came, place="the answer"):
    """Compare what the page shows with what came. An ellipsis stands for any text, or for members that are left out."""
    if isinstance(shown, dict) and isinstance(came, dict):
        left_out = shown.keys() & {LEFT_OUT}
        assert came.keys() >= shown.keys() - left_out, place
        assert left_out or came.keys() == shown.keys(), place
        for name in shown.keys() - left_out:
            assert_shown(shown[name], came[name], f"{place}, {name}")
    elif isinstance(shown, list) and isinstance(came, list):
        assert len(shown) == len(came), place
        for at, (one, other) in enumerate(zip(shown, came, strict=True)):
            assert_shown(one, other, f"{place}, {at}")
    elif isinstance(shown, str) and isinstance(came, str):
        assert re.fullmatch(".+".join(map(re.escape, shown.split(LEFT_OUT))), came), f"{place} is {came}, not {shown}"
    else:
        assert (type(shown), shown) == (type(came), came), place


def assert_printed(outputs, printed):
    """Compare all outputs of one command; nothing more may be printed."""
    rest = printed
    for kind, text in outputs:
        if kind == "json":
            came, end = json.JSONDecoder().raw_decode(rest.lstrip())
            assert_shown(json.loads(text), came)
            rest = rest.lstrip()[end:]
        else:
            came = rest.lstrip("\n").replace("\r\n", "\n")
            assert came.startswith(text), came
            rest = came[len(text) :]
    assert rest.strip() == ""


@pytest.mark.slow
@pytest.mark.stack
def test_the_walk_with_curl_goes_as_the_page_says(stack):
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    walk = steps(PAGE.read_text())
    assert sum(text.count("curl -") for text, _ in walk) > 10
    environment = {"PATH": os.environ["PATH"], "GATEHOUSE_HOME": str(stack.home), "SMTP_PORT": str(stack.smtp_port)}
    printed = run([text for text, _ in walk], environment)
    for (text, outputs), came in zip(walk, printed, strict=True):
        try:
            assert_printed(outputs, came)
        except (AssertionError, ValueError) as error:
            raise AssertionError(f"{error}\nafter\n{text}\ncame\n{came}") from error


@pytest.mark.parametrize(
    ("shown", "came"),
    [
        ({"id": "…"}, {"id": "x", "more": 1}),
        ({"id": "…", "…": "…"}, {"more": 1}),
        ({"id": "…"}, {"id": ""}),
        ({"success": True}, {"success": 1}),
        ([{"a": 1}], [{"a": 1}, {"a": 1}]),
        ("parcel-…", "parcel-"),
    ],
)
def test_what_is_not_as_shown_is_noticed(shown, came):
    with pytest.raises(AssertionError):
        assert_shown(shown, came)
