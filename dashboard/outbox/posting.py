"""Posts to a receiver over HTTP: only where the console may send to, without redirects, within bounds."""

from __future__ import annotations

import email.utils
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx

from dashboard.outbox.addresses import AddressForbidden, Endpoint, endpoint_of
from dashboard.outbox.channels import Refused, TryLater
from dashboard.outbox.tls import tls_context
from dashboard.outbox.trouble import trouble_of

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
WHOLE_SECONDS = 20.0
"""A receiver that drips its answer is left after this time."""
ANSWER_BYTES = 64 * 1024
SAID_CHARACTERS = 200
# What is wrong with how we ask, or with the receiver as a whole: no entry's own fault.
_RECEIVERS = frozenset({401, 403, 404, 407, 408, 425, 429, 502, 503, 504})


class Poster:
    """Posts to one receiver, over connections that are kept. Close it after use.

    Another receiver takes another Poster: a kept connection is proven for the name that it was made for. With `ca`, in
    PEM, that authority alone is believed. Raise NoAuthority if it is none.
    """

    def __init__(self, *, ca: str = "") -> None:
        self._trusted = tls_context(ca)
        self._client = _client(self._trusted)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def post(self, url: str, *, content: bytes, headers: Mapping[str, str]) -> None:
        """Return once the receiver has answered with 2xx. Raise TryLater or Refused with the reason."""
        try:
            endpoint = endpoint_of(url)
        except AddressForbidden as error:
            raise TryLater(str(error), is_receiver=True) from error
        except OSError as error:
            raise TryLater(f"The name of the receiver could not be looked up: {error}", is_receiver=True) from error
        watch = threading.Timer(WHOLE_SECONDS, self._client.close)
        watch.daemon = True
        watch.start()
        try:
            self._send(endpoint, content, headers)
        except (httpx.HTTPError, ssl.SSLError, RuntimeError) as error:
            is_slow = self._client.is_closed or isinstance(error, httpx.TimeoutException)
            why = "took too long." if is_slow else f"could not be reached. {trouble_of(error)}"
            raise TryLater(f"The receiver {why}", is_receiver=True) from error
        finally:
            watch.cancel()
            if self._client.is_closed:
                self._client = _client(self._trusted)

    def _send(self, endpoint: Endpoint, content: bytes, headers: Mapping[str, str]) -> None:
        target = httpx.URL(endpoint.url).copy_with(host=endpoint.address)
        host = f"[{endpoint.host}]" if ":" in endpoint.host else endpoint.host
        default = 443 if endpoint.is_tls else 80
        sent = {**headers, "Host": host if endpoint.port == default else f"{host}:{endpoint.port}"}
        extensions = {"sni_hostname": endpoint.host} if endpoint.is_tls else {}
        with self._client.stream("POST", target, content=content, headers=sent, extensions=extensions) as answer:
            said = b""
            for part in answer.iter_raw(4096):
                said += part
                if len(said) > ANSWER_BYTES:
                    break
            _understand(answer, said)


def _client(trusted: ssl.SSLContext) -> httpx.Client:
    return httpx.Client(
        verify=trusted,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        headers={"User-Agent": "Gatehouse", "Accept-Encoding": "identity"},
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
    )


def _understand(answer: httpx.Response, said: bytes) -> None:
    """Raise what an answer means, unless it is 2xx."""
    code = answer.status_code
    if 200 <= code < 300:
        return
    # What a receiver says is a stranger's text: no control character of it is kept, nor one that turns direction.
    letters = " ".join(said[: 4 * SAID_CHARACTERS].decode("utf-8", "replace").split())
    words = "".join(letter for letter in letters if letter.isprintable())[:SAID_CHARACTERS]
    why = f"The receiver answered {code}{f': {words}' if words else ''}"
    if 300 <= code < 400:
        moved = "The receiver redirects, which is not followed. Write the address that it leads to."
        raise TryLater(moved, is_receiver=True)
    if code >= 500 or code in _RECEIVERS:
        raise TryLater(why, seconds=_retry_after(answer), is_receiver=code in _RECEIVERS)
    raise Refused(why)


def _retry_after(answer: httpx.Response) -> float:
    """Return the seconds of Retry-After, which is a number or a date (RFC 9110 10.2.3); 0 if there is none."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal() and value.isascii() and len(value) < 8:
        return float(value)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
