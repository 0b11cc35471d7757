"""A worker's host and a web host are lost in the middle of a job: nothing is lost, nothing comes twice.

Slow, since it starts seven hosts. `make hosts` runs a larger one of the same.
"""

import subprocess
import sys

import pytest

from tests.hosts.installation import ROOT
from tests.hosts.requirements import why_not

pytestmark = [pytest.mark.stack, pytest.mark.slow]


@pytest.mark.timeout(1500)
def test_nothing_is_lost_and_nothing_comes_twice_when_two_hosts_are_lost():
    if why := why_not():
        pytest.skip(why)
    command = [sys.executable, "-m", "tests.hosts", "--clean", "20", "--held", "120"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1400)
    assert done.returncode == 0, done.stdout + done.stderr
