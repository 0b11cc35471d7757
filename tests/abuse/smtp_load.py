"""200 SMTP connections with unfinished messages, in a process of their own: `python -m tests.abuse.smtp_load PORT`.

They come from ten addresses of this machine, so that the bound for each peer doesn't end it at once.
"""

import asyncio
import contextlib
import sys

CONNECTIONS = 200
PEERS = 10
_PART = b"Some words of a letter that never ends.\r\n" * 100


async def unfinished(port: int, peer: str) -> None:
    """Begin a message of 30 MB, go on slowly, and begin anew when the server has had enough."""
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(peer, 0))
            try:
                await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
                for command in (b"HELO x", b"MAIL FROM:<a@x.example>", b"RCPT TO:<bo@acme.example>", b"DATA"):
                    writer.write(command + b"\r\n")
                    await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
                for _ in range(50):
                    writer.write(_PART)
                    await writer.drain()
                while not writer.is_closing() and not reader.at_eof():
                    await asyncio.sleep(1)
                    writer.write(_PART)
                    await writer.drain()
            finally:
                writer.close()
        await asyncio.sleep(1)


async def main(port: int) -> None:
    await asyncio.gather(*(unfinished(port, f"127.0.0.{2 + number % PEERS}") for number in range(CONNECTIONS)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
