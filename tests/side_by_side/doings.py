"""What both codes do with mail, by the API in their own process. It is run with the code of either tree, and imports
nothing of the tests.

Standard input has lines of JSON: what to do. Standard output has a line with what came of each.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import django

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def main() -> None:
    django.setup()
    from dashboard.backend import api_client_for_console
    from gateway.detect import Envelope
    from gateway.models import Message
    from gateway.pipeline import accept
    from gateway.store.raw_mail import read_raw

    client = api_client_for_console()

    def store(name: str, *, held: bool) -> str:
        mail = EmailMessage()
        mail["From"], mail["To"] = "ann@partner.example", "bo@acme.example"
        mail["Message-ID"], mail["Subject"] = f"<{name}@partner.example>", f"upgrade {name}"
        mail.set_content(GTUBE if held else f"See you at noon, {name}.")
        envelope = Envelope("ann@partner.example", ("bo@acme.example",), "192.0.2.7", "mx.partner.example")
        return str(accept(mail.as_bytes(), envelope).message.investigate_id)

    def found() -> list[str]:
        start = datetime.now(UTC) - timedelta(days=1)
        rows = client.investigate.iterate(detections_only=False, query="upgrade", start=start)
        return sorted(str(row.subject).removeprefix("upgrade ") for row in rows)

    def read(message: str) -> str:
        row = Message.objects.using("gateway").select_related("raw").get(investigate_id=message)
        return read_raw(row.raw).decode()

    def release(message: str) -> str:
        return str(client.investigate.release.bulk(ids=[message]))

    def statuses() -> dict[str, int]:
        counts: dict[str, int] = {}
        for row in Message.objects.using("gateway").prefetch_related("deliveries"):
            for copy in row.deliveries.all():
                counts[copy.status] = counts.get(copy.status, 0) + 1
        return counts

    known = {"store": store, "found": found, "read": read, "release": release, "statuses": statuses}
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(known[asked.pop("do")](**asked)), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
