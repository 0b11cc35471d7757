"""Limits of the SMTP intake that no setting changes. RFC 5321 4.5.3 names the smallest that a server may have."""

from typing import Final

RECIPIENTS: Final = 1000
"""Recipients of one message. RFC 5321 4.5.3.1.8 asks for 100 at least; lists and large companies send to hundreds."""
LONGEST_ADDRESS: Final = 320
LONGEST_LINE: Final = 1024 * 1024
"""RFC 5321 allows 1,000 octets. Some mail programs send longer lines, and their mail is accepted."""
BUFFERED: Final = 64 * 1024
"""Bytes that are kept in memory for a connection; asyncio reads on at less than twice as many."""
REFUSALS: Final = 20
"""Refused recipients after which a connection ends."""

COMMANDS: Final = {"*": 20, "MAIL": 1000, "DATA": 1000, "RCPT": 20_000, "RSET": 1000, "NOOP": 100, "XFORWARD": 4000}
"""How often each command is taken on one connection."""

COMMAND_BYTES: Final = {"MAIL": 1024, "RCPT": 1536}
"""The longest command with parameters (RFC 3461 5.4, RFC 6531); others have 512."""

COMMAND_SECONDS: Final = 60.0
"""Until a whole command has arrived."""
PROXY_SECONDS: Final = 10.0
"""Until a proxy has said whose connection it is."""
DATA_SECONDS: Final = 60.0
"""Without any part of the message. RFC 5321 4.5.3.2.5 asks a server for three minutes: see `BYTES_A_SECOND`."""
TRANSACTION_SECONDS: Final = 600.0
"""From MAIL to the end of the message."""
CONNECTION_SECONDS: Final = 3600.0
SLOW_START_SECONDS: Final = 30.0
BYTES_A_SECOND: Final = 1024
"""What a message must bring on average after the first seconds."""
STORED_AT_ONCE: Final = 4
ABORT_SECONDS: Final = 5.0
"""Until a connection is cut whose peer doesn't read the last reply."""
