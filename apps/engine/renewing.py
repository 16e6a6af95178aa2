"""A call that is refused for the token of an account: the token is renewed, and the call made again, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from apps.engine.credential import Credential, Unusable
from apps.engine.errors import PortError
from apps.engine.ports import Clock, Http, HttpReply, HttpRequest
from apps.engine.secret import Secret

REFUSED = 401


@dataclass(frozen=True, slots=True)
class RenewingHttp:
    """A client for a step that sends tokens of accounts in headers; of each it has another one given at most once.

    A 401 says that a call was not carried out (RFC 9110, section 15.5.2), so it may be made again, whatever it does. Not one that was
    redirected: whoever redirected may have acted. `hidden` is told of every new token.
    """

    http: Http
    clock: Clock
    accounts: tuple[Credential, ...]
    hidden: list[Secret]
    _fresh: dict[str, Secret] = field(default_factory=dict, init=False, repr=False)

    def send(self, request: HttpRequest) -> HttpReply:
        """Make the call, with what has been renewed meanwhile.

        Raises:
            PortError: no reply came; `credential_reconnect`, `credential_unavailable`, the token was refused and there is no
                other; `timeout`, there is no time left behind that.
        """
        ends_s = self.clock.monotonic_s() + request.timeout_s
        sent = self._filled(request)
        reply = self.http.send(sent)
        if reply.status != REFUSED or reply.redirects:
            return reply
        account = next((each for each in self.accounts if self._is_refused(each, sent)), None)
        if account is None or not self._renewed(account):
            return reply
        left_s = ends_s - self.clock.monotonic_s()
        if left_s <= 0:
            sentence = "Getting another token took all the time that the call may take."
            raise PortError("timeout", sentence, is_retryable=True)
        return self.http.send(replace(self._filled(request), timeout_s=left_s))

    def _is_refused(self, account: Credential, sent: HttpRequest) -> bool:
        token = _token_of(account)
        return token not in self._fresh and _holds(sent.headers, token)

    def _renewed(self, account: Credential) -> bool:
        fresh = account.renew() if account.renew is not None else None
        if isinstance(fresh, Unusable):
            message = f"The other side refuses the token of “{account.name}” (401). {fresh.message}"
            raise PortError(fresh.code, message, is_retryable=fresh.is_retryable)
        if fresh is None:
            return False
        self.hidden.append(fresh)
        self._fresh[_token_of(account)] = fresh
        return True

    def _filled(self, request: HttpRequest) -> HttpRequest:
        """Return the request with new tokens in the place of old ones."""
        headers = dict(request.headers)
        for name, value in request.headers.items():
            for old, fresh in self._fresh.items():
                if isinstance(value, Secret) and old in value.reveal():
                    headers[name] = Secret(value.reveal().replace(old, fresh.reveal()))
        return replace(request, headers=headers)


def _token_of(account: Credential) -> str:
    return account.main.reveal() if isinstance(account.main, Secret) else ""


def _holds(headers: Mapping[str, str | Secret], token: str) -> bool:
    values = (value.reveal() for value in headers.values() if isinstance(value, Secret))
    return bool(token) and any(token in value for value in values)
