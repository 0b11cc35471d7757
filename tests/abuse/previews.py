"""50 hostile previews that are asked for again and again: `python -m tests.abuse.previews URL TOKEN ID…`.

Who may ask for previews has a token or has signed in; what is drawn was written by a stranger.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

ASKED_AT_ONCE = 50
_NESTED = "<g filter='url(#f)'>" * 40 + "<rect width='9999' height='9999'/>" + "</g>" * 40
_SVG = f"<svg width='9999' height='9999'><filter id='f'><feGaussianBlur stdDeviation='300'/></filter>{_NESTED}</svg>"
BODIES = (
    f"<body>{_SVG}</body>",
    "<body>" + "<div style='filter:blur(90px);position:relative'>" * 300 + "x</body>",
    "<body>" + "<table><tr><td>" * 2000 + "x</body>",
    "<style>p{columns:1px}</style><body>" + "<p>" + "word " * 100_000 + "</body>",
)
"""What is slow or large to draw."""


def ask(url: str, token: str, message_id: str) -> None:
    """Ask for one preview, and don't care what comes."""
    try:
        httpx.post(
            f"{url}/investigate/preview",
            json={"id": message_id},
            headers={"Authorization": f"Bearer {token}"},
            timeout=60,
        )
    except httpx.HTTPError:
        time.sleep(1)


def main(url: str, token: str, ids: list[str]) -> None:
    with ThreadPoolExecutor(ASKED_AT_ONCE) as threads:
        while True:
            list(threads.map(lambda number: ask(url, token, ids[number % len(ids)]), range(ASKED_AT_ONCE)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
