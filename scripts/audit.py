"""Look up known vulnerabilities of the packages that a lock file names; `make audit`.

    python scripts/audit.py LOCK

It asks the package index with pip-audit. Status 0: each package was looked up, and none has a known vulnerability.
Status 1: some have; they are listed. Status 2: the index gives no advisories, or not of each package, so that nothing
is proved; an index that is a mirror often gives none.
"""

import json
import subprocess
import sys


def main(lock: str) -> int:
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--disable-pip"]
    ran = subprocess.run(  # noqa: S603 - the module of this environment, on a file of ours
        [*command, "--require-hashes", "--requirement", lock], capture_output=True, text=True, check=False
    )
    try:
        packages = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        _say(f"Nothing was looked up: {(ran.stderr.strip() or 'no answer').splitlines()[-1]}")
        return 2
    found = [(package, known) for package in packages for known in package.get("vulns", [])]
    for package, known in found:
        fixed = ", ".join(known["fix_versions"]) or "no version"
        names = ", ".join([known["id"], *known.get("aliases", [])])
        _say(f"{package['name']} {package['version']}: {names}; fixed in {fixed}")
    left = [package["name"] for package in packages if "skip_reason" in package]
    _say(f"{len(packages) - len(left)} of {len(packages)} packages were looked up; known vulnerabilities: {len(found)}")
    if found:
        return 1
    if left:
        _say(f"Not looked up, so nothing is known of them: {', '.join(left[:10])}{' …' if len(left) > 10 else ''}")
    return 2 if left or not packages else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
