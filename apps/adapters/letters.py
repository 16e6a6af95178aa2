"""Where the platform's own letters go: a mail server that the operator chose, or a folder in development."""

import email
import os
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from uuid import UUID

from apps.adapters.addresses import Address, canonical
from apps.adapters.destination import MAX_ADDRESSES, Policy, Resolve, Url
from apps.adapters.mail import GuardedMail
from apps.engine.ports import MailRequest
from apps.engine.secret import Secret

TIMEOUT_S = 30.0
MOST_SHOWN = 200


class Post(Protocol):
    """Takes a letter, or raises."""

    def send(self, message: EmailMessage) -> None:
        """Hand one letter over.

        Raises:
            HttpError, OSError: it was not taken, or nobody knows.
        """


class _Configured(Policy):
    """The way to the operator's own mail server, wherever it stands: no tenant has a say in it."""

    def addresses(self, url: Url, resolve: Resolve) -> tuple[Address, ...]:
        """Return the addresses of the one server that is asked for."""
        found = (url.address,) if url.address is not None else resolve(url.name, url.port)
        return tuple(canonical(address) for address in found[:MAX_ADDRESSES])


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """Hands letters to a mail server. `security` is `starttls`, `tls` or `none`."""

    host: str
    port: int
    security: str
    username: str
    password: Secret

    def send(self, message: EmailMessage) -> None:
        """Hand one letter over, within 30 s."""
        _, sender = parseaddr(str(message["From"]))
        GuardedMail(_Configured()).send(
            MailRequest(
                host=self.host,
                port=self.port,
                security=self.security,
                sender=sender,
                recipients=(str(message["To"]),),
                message=message.as_bytes(policy=policy.SMTP),
                username=self.username,
                password=self.password if self.username else None,
                timeout_s=TIMEOUT_S,
            )
        )


@dataclass(frozen=True, slots=True)
class KeptPost:
    """Keeps letters in a folder, for whoever develops. They hold links that sign people in: never on a real installation."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write one letter as a file; sending it again replaces it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{_id_of(message)}.eml"
        being_written = path.with_suffix(".part")
        being_written.write_bytes(message.as_bytes(policy=policy.SMTP))
        os.replace(being_written, path)  # noqa: PTH105 - atomically

    def newest(self) -> Iterator[tuple[str, EmailMessage]]:
        """Yield the newest letters with their ids."""
        if not self.folder.is_dir():
            return
        kept = ((path.stat().st_mtime_ns, path.stem) for path in self.folder.glob("*.eml"))
        for _, name in sorted(kept, reverse=True)[:MOST_SHOWN]:
            message = self.one(name)
            if message is not None:
                yield name, message

    def one(self, letter_id: str) -> EmailMessage | None:
        """Return a letter by its id; None: there is none."""
        try:
            raw = (self.folder / f"{UUID(letter_id)}.eml").read_bytes()
        except (OSError, ValueError):
            return None
        return email.message_from_bytes(raw, policy=policy.default)


def _id_of(message: EmailMessage) -> UUID:
    return UUID(str(message["Message-ID"]).strip("<>").partition("@")[0])
