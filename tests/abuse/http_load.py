"""Slow clients, and a flood of forms, in a process of their own: `python -m tests.abuse.http_load PORT`."""

import asyncio
import contextlib
import sys

SLOW = 60
FLOODS = 4
_SLOW_HEAD = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
_SLOW_BODY = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 900000\r\n\r\n"
)
_SLOW_READER = b"GET /client/v4/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def slow(port: int, begun: bytes, *, reads: bool) -> None:
    """Send a byte every two seconds, and begin anew when the server has had enough."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
            try:
                writer.write(begun)
                while not writer.is_closing():
                    await asyncio.sleep(2)
                    if not reads:
                        writer.write(b"a")
                        await writer.drain()
            finally:
                writer.close()
        await asyncio.sleep(0.5)


def form(fields: int) -> bytes:
    """Return a POST of the sign-in form with so many fields and a made-up CSRF cookie."""
    body = "&".join(f"field{number}=1" for number in range(fields)).encode()
    head = (
        "POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken=" + "a" * 32 + "\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def flood(port: int, sent: bytes) -> None:
    """Send one form after the other."""
    while True:
        with contextlib.suppress(OSError, TimeoutError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(sent)
                await writer.drain()
                await asyncio.wait_for(reader.read(), 30)
            finally:
                writer.close()
        await asyncio.sleep(0.05)


async def main(port: int) -> None:
    kinds = ((_SLOW_HEAD, False), (_SLOW_BODY, False), (_SLOW_READER, True))
    slow_ones = [slow(port, *kinds[number % 3][:1], reads=kinds[number % 3][1]) for number in range(SLOW)]
    # One form is refused for its size, the other is as large as a form may be and has too many fields.
    forms = [flood(port, form((119_000, 60_000)[number % 2])) for number in range(FLOODS)]
    await asyncio.gather(*slow_ones, *forms)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
