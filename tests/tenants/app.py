"""An app that shows codes, and somebody who has set it up."""

import base64

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from apps.accounts.models import Totp, User
from apps.core import clock
from tests.tenants.browser import signed_in

ACCOUNT = "/api/v1/account"


class App:
    """What shows codes: it knows the secret, and the time."""

    def __init__(self, secret: str) -> None:
        self.hotp = HOTP(base64.b32decode(secret), 6, SHA1(), enforce_key_length=False)  # noqa: S303 - what every app computes

    def code(self, periods: int = 0) -> str:
        return self.hotp.generate(int(clock.now().timestamp()) // 30 + periods).decode()


def set_up(user: User) -> tuple[App, list[str]]:
    """Give somebody an app, and let the code with which it was confirmed be of long ago."""
    browser = signed_in(user, None)
    app = App(browser.post(f"{ACCOUNT}/app").json()["secret"])
    codes = browser.post(f"{ACCOUNT}/app/confirm", {"code": app.code()}).json()["recovery_codes"]
    Totp.objects.update(last_counter=0)
    return app, codes
