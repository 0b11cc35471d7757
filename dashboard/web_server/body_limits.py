"""How large the body of a request may be, by its path.

The web server refuses a larger body before it is stored; a middleware does the same behind any other server.
"""

import re
from typing import Final

from django.conf import settings

ORDINARY: Final = 1_000_000
"""Largest body, in bytes, where no file is taken."""

_MB: Final = 1024 * 1024
# What a multipart form adds to its file: boundaries, the other fields and their headers.
_FORM_AROUND_A_FILE: Final = _MB
# The bounds are those of the forms themselves (LARGEST_EML, FILE_AT_MOST, BYTES_AT_MOST), which a test compares.
_EML: Final = 25 * _MB
_LIST_OF_IDS: Final = 20 * _MB
_POLICY_CSV: Final = 20 * _MB
# A policy kind, a message id and an account never hold a slash, except the percent-encoded one of a message id.
_TAKES_FILES: Final = (
    (re.compile(r"/submissions/submit/\Z"), _EML),
    (re.compile(r"/investigate/messages/.{1,1000}/reclassify/\Z", re.DOTALL), _EML),
    (re.compile(r"/jobs/selections/new/\Z"), _LIST_OF_IDS),
    (re.compile(r"/policies/[^/]{1,100}/import/\Z"), _POLICY_CSV),
)
_API_RECLASSIFY: Final = re.compile(
    r"/client/v4/accounts/[^/]{1,100}/email-security/investigate/[^/]{1,1000}/reclassify/?\Z"
)
_API_BATCH: Final = re.compile(r"/client/v4/accounts/[^/]{1,100}/email-security/settings/[^/]{1,100}/batch/?\Z")
_BATCH: Final = 4_000_000
API: Final = "/client/v4/"


def largest_body(path: str) -> int:
    """Return how many bytes the body of a request to `path` may have. `path` is decoded, without a query."""
    if _API_RECLASSIFY.match(path):
        # The message is in the JSON in base64.
        return int(settings.GATEWAY_MAX_MESSAGE_BYTES) * 4 // 3 + ORDINARY
    if _API_BATCH.match(path):
        return _BATCH
    for pattern, largest in _TAKES_FILES:
        if pattern.match(path):
            return largest + _FORM_AROUND_A_FILE
    return ORDINARY
