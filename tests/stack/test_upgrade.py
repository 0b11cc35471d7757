"""This version takes up what an earlier one left: mail, verdicts, copies, jobs, notes, policies and the audit trail.

Slow, since a stack is started, which migrates. `python -m tests.upgrade COMMIT` does the same from any commit.
"""

import pytest

from tests.stack.running import Stack
from tests.upgrade.archive import unpack
from tests.upgrade.found_again import check

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(600)]


def test_the_data_of_the_version_before_is_all_there_and_work_goes_on(tmp_path):
    home, facts = unpack(tmp_path)
    stack = Stack(home, {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEHOUSE_JOB_DAYS": "0"}, migrated=False)
    try:
        check(stack.start(), facts)
    finally:
        stack.close()
