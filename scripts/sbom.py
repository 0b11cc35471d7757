"""Write a software bill of materials (CycloneDX 1.6, JSON): name, version, hashes and licences of each package.

    python scripts/sbom.py LOCK PYTHON OUTPUT

Names, versions and hashes come from LOCK; licences and what depends on what from the packages that the environment of
PYTHON holds. A package that is locked for other systems only is not installed, so its licence is missing.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def main(lock: str, python: str, output: str) -> None:
    locked = _bom("requirements", lock)
    installed = {_normal(one["name"]): one for one in _bom("environment", python)["components"]}
    for component in locked["components"]:
        known = installed.get(_normal(component["name"]), {})
        component["description"] = known.get("description", "")
        component["licenses"] = known.get("licenses", [])
        component["hashes"] = _hashes(component)
    _write(Path(output), locked)
    without = [one["name"] for one in locked["components"] if not one["licenses"]]
    said = f"{output}: {len(locked['components'])} packages; without a licence: {', '.join(without) or 'none'}"
    sys.stdout.write(f"{said}\n")


def _bom(kind: str, source: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", kind, source, "--pyproject", "pyproject.toml"]
    made = subprocess.run(  # noqa: S603 - the module of this environment, on files of ours
        [*command, "--output-reproducible", "--of", "JSON", "--sv", "1.6"], capture_output=True, text=True, check=False
    )
    if made.returncode:
        sys.exit(made.stderr)
    bom: dict[str, Any] = json.loads(made.stdout)
    return bom


def _hashes(component: dict[str, Any]) -> list[dict[str, str]]:
    """Return the hashes of the distributions that may be installed, which the tool puts beside an address.

    The address is a guess, as a lock file names none; it goes.
    """
    return [one for place in component.pop("externalReferences", []) for one in place.get("hashes", [])]


def _normal(name: str) -> str:
    """Return the name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _write(path: Path, bom: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n")
    part.replace(path)


if __name__ == "__main__":
    main(*sys.argv[1:4])
