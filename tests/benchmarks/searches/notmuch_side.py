"""Answers questions by notmuch's library. It runs in the system's Python, which Debian's library belongs to.

A page is read as a list shows it: who sent each message, when, the subject, and the tags.
"""

import itertools
import json
import sys
import time

import notmuch2

PER_PAGE = 50


def main() -> None:
    with notmuch2.Database(sys.argv[1], mode=notmuch2.Database.MODE.READ_ONLY) as database:
        for line in sys.stdin:
            question = json.loads(line)
            began = time.perf_counter()
            found = page(database, question["notmuch"], (question["page"] - 1) * PER_PAGE)
            spent = (time.perf_counter() - began) * 1000
            print(json.dumps({"ms": spent, "found": len(found)}), flush=True)  # noqa: T201 - its answer


def page(database, query, skipped):
    newest_first = notmuch2.Database.SORT.NEWEST_FIRST
    messages = itertools.islice(database.messages(query, sort=newest_first), skipped, skipped + PER_PAGE)
    return [
        (one.messageid, one.date, one.header("From"), one.header("Subject"), frozenset(one.tags)) for one in messages
    ]


if __name__ == "__main__":
    main()
