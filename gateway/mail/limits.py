"""Limits of the mail parser: how much of one message is read.

A message may have any size and structure. What exceeds a limit is left out and noted in `ParsedMessage.defects`.
"""

from typing import Final

HEADER_BLOCK_BYTES: Final = 1_048_576
HEADER_BYTES: Final = 16_384
HEADERS: Final = 1_000
MAILBOXES: Final = 5_000
SENDERS: Final = 100
ADDRESS_TOKENS: Final = 150_000
HOPS: Final = 100
AUTHENTICATION_RESULTS: Final = 100

PARTS: Final = 5_000
# Parts with a header and nothing else.
EMPTY_PARTS: Final = 10_000
BOUNDARIES: Final = 200_000
DEPTH: Final = 100
# All multiparts and attached messages together, each level again.
SCANNED_BYTES: Final = 600_000_000
NESTED_MESSAGE_BYTES: Final = 20_000_000

TEXT_CHARACTERS: Final = 1_000_000
HTML_CHARACTERS: Final = 10_000_000
HTML_NODES: Final = 300_000
VISIBLE_CHARACTERS: Final = 1_000_000
LINKS: Final = 2_000
LINKS_TO_NEW_HOSTS: Final = 5_000
LINK_CHARACTERS: Final = 4_096
LINK_TEXT_CHARACTERS: Final = 512

NAME_CHARACTERS: Final = 512
ARCHIVE_ENTRIES: Final = 1_000
ENTRY_NAME_BYTES: Final = 2_048
LOOK_INSIDE_BYTES: Final = 40_000_000
UNPACKED_BYTES: Final = 100_000_000
MEMBERS: Final = 1_000
MEMBERS_LISTED: Final = 300
CONTAINER_DEPTH: Final = 16
OPENING_SECONDS: Final = 1.2
CONTAINER_LINKS: Final = 2_000
DEFECTS: Final = 50
