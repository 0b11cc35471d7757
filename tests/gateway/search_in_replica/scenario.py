"""Searches beside a real replica, in a process of its own, since the databases are other than those of the tests.

Its settings are in the environment; on its standard input it reads a line whenever the test has done something to the
replica, and on its standard output it writes, as JSON, what a search found and where.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from datetime import UTC, datetime

    from django.conf import settings
    from django.core.management import call_command

    from gateway.search import replica
    from gateway.search.page import search_keys
    from gateway.search.params import SearchParams
    from tests.gateway.mails import mail, stored

    call_command("migrate", database="gateway", verbosity=0)

    def searched(word: str) -> tuple[str, int]:
        start = datetime(2020, 1, 1, tzinfo=UTC)
        account = settings.GATEWAY_ACCOUNT_ID
        params = SearchParams(account_id=account, start=start, query=word, detections_only=False)
        asked: list[str] = []

        def search(alias: str) -> int:
            asked.append(alias)
            return len(search_keys(params, limit=50, using=alias).keys)

        found = replica.search_within(10, search)
        return asked[-1], found

    for line in sys.stdin:
        word, _, what = line.strip().partition(" ")
        replica._rest.until = 0.0
        if what == "new":
            stored(mail(subject=f"about {word}"))
        print(json.dumps(searched(word)), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
