"""Opaque S/MIME (RFC 8551 3.5.2): a signed or compressed message can be opened by anybody without a key."""

import binascii
import zlib
from typing import Final

from gateway.mail.containers.budget import Budget
from gateway.mail.containers.messages import open_tree
from gateway.mail.containers.opened import Opened
from gateway.mail.mime import split_message

_PEM: Final = b"-----BEGIN "
_ENCRYPTED: Final = frozenset({"enveloped_data", "encrypted_data", "authenticated_enveloped_data"})
_COMPRESSED: Final = "compressed_data"


def open_smime(data: bytes, name: str, budget: Budget) -> Opened:
    """Open a CMS structure (RFC 5652): the message in it, or that it needs a key. Raise ValueError if it is damaged."""
    from asn1crypto.cms import ContentInfo

    if data.startswith(_PEM):
        data = binascii.a2b_base64(data.partition(b"\n")[2].partition(b"-----END")[0])
    info = ContentInfo.load(data)
    kind = info["content_type"].native
    if kind in _ENCRYPTED:
        return Opened(encrypted=True)
    if kind not in {"signed_data", _COMPRESSED, "digested_data"}:
        return Opened()
    # A signature that stands beside the message it signs (smime.p7s) has no content of its own.
    content = info["content"]["encap_content_info"]["content"].native
    if not isinstance(content, bytes) or not content:
        return Opened()
    if kind == _COMPRESSED:
        content = zlib.decompressobj().decompress(content, budget.size)
    if not budget.take(len(content)):
        budget.leave_out(f"The message in {name} is too large to be opened.")
        return Opened()
    return open_tree(split_message(content), budget)
