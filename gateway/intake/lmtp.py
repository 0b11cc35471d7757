"""LMTP (RFC 2033): SMTP with its own greeting command, and one reply for each recipient after the message."""

from aiosmtpd.smtp import syntax

from gateway.intake.session import IntakeSMTP


class IntakeLMTP(IntakeSMTP):
    """A session by LMTP. The message is stored for all recipients or for none, so all replies are alike."""

    protocol = "LMTP"

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd finds commands by these names
        """Answer LHLO as SMTP answers EHLO."""
        await super().smtp_EHLO(hostname)

    async def smtp_EHLO(self, _hostname: str) -> None:  # noqa: N802 - see above
        """Refuse EHLO: RFC 2033 4.1 asks for it."""
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    async def smtp_HELO(self, _hostname: str) -> None:  # noqa: N802 - see above
        """Refuse HELO as well."""
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    def _replies(self, recipients: int) -> int:
        return recipients
