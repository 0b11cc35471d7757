"""What a worker does, without one: it runs a job's task until the job has nothing more to do at once."""

from uuid import UUID

import pytest

from gateway.bulk.running import run


@pytest.fixture
def work_off():
    def work(job_id):
        for _ in range(100):
            if run(UUID(str(job_id))) != 0.0:
                return
        raise AssertionError("the job never came to rest")

    return work
