"""People at the real web process: they sign up, mistype, lose, reset, invite, and show all the secrets they have."""

import base64
import email
import re
from email import policy
from pathlib import Path

from tests.accounts.mailbox import text_of
from tests.canaries.forms import Hoard
from tests.canaries.visitor import Visitor
from tests.eventually import eventually
from tests.tenants.app import App

ADA, BOB, NEW = "ada@sweep.test", "bob@sweep.test", "ada@elsewhere.test"
VERIFY, RESET, CHANGE = (
    "Confirm your e-mail address",
    "Set a new password",
    "Confirm your new e-mail address",
)


class People:
    """What happens to Ada, and to Bob whom she invites. Every secret is told to the hoard when it comes up."""

    def __init__(self, visitor: Visitor, mail: Path) -> None:
        self.hoard: Hoard = visitor.hoard
        self.word = self.hoard.canaries["word"]
        self.mail = mail
        self.ada = visitor
        self.password = self.hoard.canary("first password")

    def live(self) -> None:
        self.sign_up()
        self.set_up_a_second_factor()
        self.come_back()
        self.make_keys_and_invite()
        self.forget_the_password()
        self.lose_the_session()

    def stranger(self) -> Visitor:
        return Visitor(self.ada.port, self.ada.said, self.hoard)

    def sign_up(self) -> None:
        self.ada.made(
            "/auth/sign-up",
            {"email": ADA, "password": self.password, "name": self.word, "tenant_name": self.word},
        )
        token = self.token(VERIFY, ADA, "link that verifies")
        self.stranger().made("/auth/confirm-email", {"token": token})
        self.stranger().refused("/auth/confirm-email", {"token": token}, 404)

    def set_up_a_second_factor(self) -> None:
        secret = self.ada.made("/account/app")["secret"]
        self.hoard.learn("secret of the app", secret, base64.b32decode(secret))
        self.app = App(secret)
        self.codes = self.ada.made("/account/app/confirm", {"code": self.app.code()})[
            "recovery_codes"
        ]
        self.hoard.learn("recovery code", *self.codes)
        self.hoard.learn("recovery code", *(code.replace("-", "") for code in self.codes))

    def come_back(self) -> None:
        wrong = self.hoard.canary("mistyped password")
        body = {"email": ADA, "password": self.password}
        self.ada.call("POST", "/api/v1/auth/sign-out")
        self.ada.refused("/auth/sign-in", body | {"password": wrong}, 401)
        ticket = self.ada.made("/auth/sign-in", body)["challenge"]["ticket"]
        self.hoard.learn("ticket", ticket)
        answer = {"ticket": ticket, "method": "recovery"}
        self.ada.refused("/auth/second-factor", answer | {"code": "x" * 16}, 422)
        home = self.ada.made("/auth/second-factor", answer | {"code": self.codes[0]})["redirect"]
        self.inside = self.ada.follow(home)
        self.ada.refused("/auth/second-factor", answer | {"code": self.codes[0]}, 401)

    def lose_the_session(self) -> None:
        """Sign in once more; whoever comes with an old cookie, or an odd one, ends the session for both."""
        body = {"email": NEW, "password": self.hoard.canaries["third password"]}
        ticket = self.ada.made("/auth/sign-in", body)["challenge"]["ticket"]
        answer = {"ticket": ticket, "method": "recovery", "code": self.codes[1]}
        self.ada.made("/auth/second-factor", answer)
        thief = self.stranger()
        thief.cookies = dict(self.ada.cookies)
        assert self.ada.call("POST", "/api/v1/auth/refresh").status == 204
        thief.call("POST", "/api/v1/auth/refresh")
        odd = self.stranger()
        odd.cookies = {name: f"{text}x" for name, text in self.ada.cookies.items()}
        assert odd.call("GET", "/api/v1/me").status == 401
        assert odd.call("POST", "/api/v1/auth/refresh").status in {401, 403}

    def make_keys_and_invite(self) -> None:
        inside = self.inside
        account = inside.made("/service-accounts", {"name": self.word, "role": "viewer"})["id"]
        scopes = ["workflow.read", "execution.read"]
        for name, more in (("key", {}), ("key of a service", {"service_account": account})):
            made = inside.made("/api-keys", {"name": self.word, "scopes": scopes, **more})
            self.hoard.learn(name, made["secret"].split("_", 2)[2])
            self.use(made["secret"], inside.host)
            inside.call("DELETE", f"/api/v1/api-keys/{made['id']}")
            self.use(made["secret"], inside.host)
        inside.made("/invitations", {"email": BOB, "role": "editor"})
        token = self.token("invites you", BOB, "invitation")
        self.stranger().refused("/auth/invitation/accept", {"token": token}, 401)
        self.stranger().made("/auth/invitation", {"token": token})
        password = self.hoard.canary("password of who was invited")
        body = {"token": token, "name": self.word, "password": password}
        bob = self.stranger()
        bob.follow(bob.made("/auth/invitation/sign-up", body)["redirect"])

    def use(self, key: str, host: str) -> None:
        for where in (host, "demo.localhost"):
            program = Visitor(self.ada.port, self.ada.said, self.hoard, where, key)
            program.call("GET", "/api/v1/workflows")
            program.call("POST", "/api/v1/workflows", {"name": {"key": "no text"}})
            program.call("GET", f"/api/v1/executions?cursor={key}")

    def forget_the_password(self) -> None:
        body = {"password": self.password, "new_password": self.hoard.canary("second password")}
        self.ada.made("/account/password", body)
        self.ada.made("/account/email", {"email": NEW})
        token = self.token(CHANGE, NEW, "link that changes the address")
        self.stranger().made("/auth/confirm-email", {"token": token})
        self.stranger().made("/auth/forgot", {"email": NEW})
        token = self.token(RESET, NEW, "link that resets")
        third = {"token": token, "password": self.hoard.canary("third password")}
        self.stranger().made("/auth/reset", third)
        self.stranger().refused("/auth/reset", third, 404)

    def token(self, subject: str, to: str, name: str) -> str:
        """Return what stands behind the `#` of a link, as soon as the letter is there."""
        found: list[str] = []

        def has_come() -> bool:
            for path in self.mail.glob("*.eml"):
                letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
                if to in str(letter["To"]) and subject in str(letter["Subject"]):
                    found[:] = re.findall(r"#(\S+)", text_of(letter))
            return bool(found)

        assert eventually(has_come, within_s=40), f"no letter “{subject}” has come"
        self.hoard.learn(name, found[0])
        return found[0]
