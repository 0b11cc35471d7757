"""Signs mail with generated keys, as a sender's server (DKIM) or a forwarder's (ARC) does."""

import base64
import hashlib
import re
import time
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@cache
def rsa_key(bits: int = 2048, name: str = "") -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@cache
def ed25519_key(name: str = "") -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.generate()


def record(key, extra: str = "") -> str:
    """Return the TXT record that publishes the public half of a key."""
    public = key.public_key()
    if isinstance(key, ed25519.Ed25519PrivateKey):
        kind, data = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    else:
        kind, data = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k={kind}; {extra}p={base64.b64encode(data).decode()}"


def mail(body: str = "Hello Bo,\r\n\r\nthe minutes are attached.\r\n", **fields: str) -> bytes:
    """Return a message with CRLF line breaks; `from_` stands for From."""
    named = {"From": "Ann <ann@partner.example>", "To": "bo@acme.example", "Subject": "Minutes"} | {
        name.rstrip("_").replace("_", "-").title(): value for name, value in fields.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"{head}\r\n{body}".encode()


@dataclass
class Signer:
    """A domain's server: signs under a selector. `tags` replace or add tags; an empty value leaves one out."""

    domain: str = "partner.example"
    selector: str = "s1"
    key: object = field(default_factory=rsa_key)
    canon: str = "relaxed/relaxed"
    names: str = "from:to:subject"

    def zone(self, extra: str = "") -> dict:
        return {f"{self.selector}._domainkey.{self.domain}": {"TXT": [record(self.key, extra)]}}

    @property
    def algorithm(self) -> str:
        return "ed25519-sha256" if isinstance(self.key, ed25519.Ed25519PrivateKey) else "rsa-sha256"

    def sign(self, raw: bytes, **tags: str) -> bytes:
        """Return the message under a DKIM-Signature field."""
        return self._message_field("DKIM-Signature", raw, {"v": "1"} | tags) + raw

    def seal(self, raw: bytes, number: int, results: str, cv: str = "", **tags: str) -> bytes:
        """Return the message under one more ARC set."""
        aar = f"ARC-Authentication-Results: i={number}; {results}\r\n".encode()
        ams = self._message_field("ARC-Message-Signature", raw, {"i": str(number)})
        seal_tags = {"i": str(number), "a": self.algorithm, "cv": cv or ("none" if number == 1 else "pass")}
        seal_tags |= {"d": self.domain, "s": self.selector, "t": str(int(time.time()))} | tags
        unsigned = _field("ARC-Seal", seal_tags | {"b": ""})
        earlier = [_arc_fields(raw, count) for count in range(1, number)]
        fields = [one for group in earlier for one in group] + [aar, ams]
        text = b"".join(_relaxed(one) + b"\r\n" for one in fields) + _relaxed(unsigned)
        return _field("ARC-Seal", seal_tags | {"b": self._signature(text)}) + ams + aar + raw

    def _message_field(self, name: str, raw: bytes, tags: dict[str, str]) -> bytes:
        head, _blank, body = raw.partition(b"\r\n\r\n")
        header_form, _slash, body_form = self.canon.partition("/")
        canonical = _body(body, body_form)
        length = int(tags["l"]) if tags.get("l") else None
        all_tags = {
            "a": self.algorithm,
            "c": self.canon,
            "d": self.domain,
            "s": self.selector,
            "t": str(int(time.time())),
            "h": self.names,
            "bh": base64.b64encode(hashlib.sha256(canonical[:length]).digest()).decode(),
        } | tags
        unsigned = _field(name, {key: value for key, value in all_tags.items() if value} | {"b": ""})
        fields = re.findall(rb"[^\r\n]+(?:\r\n[ \t][^\r\n]*)*", head)
        chosen = []
        for wanted in all_tags["h"].split(":"):
            found = [one for one in fields if one.partition(b":")[0].lower() == wanted.strip().lower().encode()]
            if found:
                chosen.append(found[-1])
                fields.remove(found[-1])
        form = _relaxed if header_form == "relaxed" else _simple
        text = b"".join(form(one) + b"\r\n" for one in chosen) + form(unsigned)
        signed = {key: value for key, value in all_tags.items() if value} | {"b": self._signature(text)}
        return _field(name, signed)

    def _signature(self, text: bytes) -> str:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            value = self.key.sign(hashlib.sha256(text).digest())
        else:
            value = self.key.sign(text, padding.PKCS1v15(), SHA256())
        return base64.b64encode(value).decode()


def _field(name: str, tags: dict[str, str]) -> bytes:
    return f"{name}: {'; '.join(f'{key}={value}' for key, value in tags.items())}\r\n".encode()


def _arc_fields(raw: bytes, number: int) -> list[bytes]:
    head = raw.partition(b"\r\n\r\n")[0]
    fields = [one + b"\r\n" for one in head.split(b"\r\n") if one.lower().startswith(b"arc-")]
    order = (b"arc-authentication-results", b"arc-message-signature", b"arc-seal")
    mine = [one for one in fields if b"i=%d;" % number in one]
    return sorted(mine, key=lambda one: order.index(one.partition(b":")[0].lower()))


def _relaxed(one: bytes) -> bytes:
    name, _colon, value = one.partition(b":")
    return name.lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" ")


def _simple(one: bytes) -> bytes:
    return one.removesuffix(b"\r\n")


def _body(body: bytes, form: str) -> bytes:
    if form == "relaxed":
        body = re.sub(rb" ?\r\n", b"\r\n", re.sub(rb"[ \t]+", b" ", body))
    while body.endswith(b"\r\n\r\n"):
        body = body[:-2]
    if not body or body == b"\r\n":
        return b"" if form == "relaxed" else b"\r\n"
    return body
