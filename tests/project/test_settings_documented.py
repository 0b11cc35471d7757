"""docs/settings.md is complete, and nothing reads the environment past dashboard/environment.py."""

import re
from pathlib import Path

from dashboard.environment import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api_client", "gateway", "dashboard", "investigate", "settings_admin")
# These read or pass on the environment for other reasons than configuration.
MAY_TOUCH_IT = {
    "dashboard/environment.py",
    "dashboard/backup/postgresql.py",
    "dashboard/celery.py",
    "dashboard/wsgi.py",
    "dashboard/stack/child.py",
    "gateway/mail/isolation.py",
}


def documented():
    return re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)


def test_every_variable_is_documented_once():
    assert sorted(documented()) == sorted(VARIABLES)


def test_the_documented_defaults_are_the_declared_ones():
    text = (ROOT / "docs" / "settings.md").read_text()
    for variable in VARIABLES.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{variable.name}` |"))
        assert f"| {variable.default or 'none'} | {variable.purpose}" in row


def test_every_declared_variable_is_read():
    code = "\n".join(path.read_text() for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    readers = (
        "text|integer|flag|listing|choices|mapping|secure_url|rate|thresholds|networks|mail_server|name_server|choice"
    )
    readers += "|hsts|server_url|secret"
    used = set(re.findall(rf'environment\.(?:{readers})\(\s*"(\w+)"', code))
    used |= set(re.findall(r'_database\("(\w+_URL)"', code))
    used |= {f"GATEHOUSE_{role}_PASSWORD" for role in ("ADMIN", "ANALYST", "REVIEWER")}
    assert used == VARIABLES.keys()


def test_nothing_else_reads_the_environment():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if name not in MAY_TOUCH_IT:
                assert not re.search(r"os\.(environ|getenv)", path.read_text()), name
