"""One round of sending: the digests that are due are written, and every mail that is due leaves."""

from dataclasses import dataclass

from aqb.notices import digest, outbox


@dataclass(frozen=True)
class Round:
    """How many digests were written, how many mails left, and how many did not."""

    digests: int
    sent: int
    failed: int

    @property
    def was_idle(self) -> bool:
        return not (self.digests or self.sent or self.failed)


def run() -> Round:
    """Do one round; harmless twice and side by side. A mail server that does not answer is no failure."""
    digests = digest.write_due()
    return Round(digests, *outbox.send_due())
