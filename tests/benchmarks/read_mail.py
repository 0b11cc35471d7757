"""Reads and judges mail in the source tree of the working directory, and prints the milliseconds of each as JSON.

    python read_mail.py ROUNDS < file names, one a line

Of each message the fastest of the rounds counts. It is run by `compare_reading`, which may do so in
the tree of an older commit, and so it imports nothing of this folder.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

# Where a message is judged and where the policy of an organisation is, in today's trees and in older ones.
EVALUATE = ("gateway.pipeline", "gateway.policies.evaluate")
POLICY = ("gateway.policies.compiled_policy", "gateway.policies.policy")


def first_of(names: tuple[str, ...]) -> Any:
    """Import the first of the modules that this tree has."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    raise ModuleNotFoundError(names[0])


def main() -> None:
    sys.path.insert(0, os.getcwd())
    import django

    django.setup()
    from gateway.importing.envelope import imported_envelope
    from gateway.mail.parser import parse

    evaluate, policy = first_of(EVALUATE).evaluate, first_of(POLICY).Policy()
    fastest: dict[str, float] = {}
    names = sys.stdin.read().splitlines()
    for _round in range(int(sys.argv[1])):
        for name in names:
            raw = Path(name).read_bytes()
            started = time.perf_counter()
            parsed = parse(raw)
            evaluate(parsed, imported_envelope(parsed), policy)
            took = (time.perf_counter() - started) * 1000
            fastest[name] = min(took, fastest.get(name, took))
    sys.stdout.write(json.dumps(fastest))


if __name__ == "__main__":
    main()
