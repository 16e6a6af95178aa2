"""What has been sent to people: letters delivered into a folder, and what one would click in them."""

import re
from email.message import EmailMessage
from pathlib import Path

from apps.accounts.services import letters
from apps.adapters.letters import KeptPost


class Mailbox:
    """Delivers what is in the box and shows what came, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.post = KeptPost(folder)

    def letters(self) -> list[EmailMessage]:
        letters.deliver(self.post)
        return [message for _, message in reversed(list(self.post.newest()))]

    def to(self, address: str) -> list[str]:
        """Return the subjects of all that came to an address."""
        return [str(each["Subject"]) for each in self.letters() if each["To"] == address]

    def token(self, subject: str) -> str:
        """Return the secret in the newest letter with this subject."""
        mine = [each for each in self.letters() if each["Subject"] == subject]
        found = re.search(r"#(\S+)", text_of(mine[-1]))
        assert found is not None
        return found[1]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
