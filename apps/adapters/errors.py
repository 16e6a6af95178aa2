"""Why a call brought no reply: one family, each with a code that never changes.

PortError (apps.engine.errors)
└── HttpError
    ├── BadUrlError              bad_url              nothing that could be called
    ├── BadRequestError          bad_request          a method or header that may not be sent
    ├── BlockedDestinationError  blocked_destination  readable, but not a place this tenant may call
    ├── CredentialHostError      credential_host      not a place where the step's credentials may go
    ├── DnsFailedError           dns_failed           the name has no address
    ├── ConnectFailedError       connect_failed       nobody answers there
    ├── ProxyRefusedError        proxy_refused        the proxy makes no connection
    ├── TlsFailedError           tls_failed           no trusted encryption
    ├── CallTimedOutError        timeout              the time for the whole exchange is over
    ├── ConnectionLostError      connection_lost      the server went away before its reply was whole
    ├── BadReplyError            bad_reply            what came back is not HTTP
    ├── ReplyTooLargeError       too_large            more bytes than a reply may have
    ├── TooManyRedirectsError    too_many_redirects   a loop, or a chain without end
    ├── CallAbortedError         aborted              the execution was cancelled meanwhile
    ├── MailAuthFailedError      mail_auth_failed     the mail server does not accept name and password
    ├── MailRefusedError         mail_refused         the mail server does not take the message
    ├── MailUnknownError         mail_unknown         it may have taken it, and did not say so
    └── DatabaseRefusedError     database_refused     the database does not let this user in

Messages name scheme, host and port at most, and not even those when the URL is a secret: user info,
path, query and headers may carry credentials.
"""

from apps.engine.errors import PortError


class HttpError(PortError):
    """A call brought no usable reply.

    `may_have_arrived` says whether a server may have acted on the request all the same; the client
    sets it on the way out.
    """

    code = "http_failed"
    heals_with_time = False

    def __init__(self, message: str, *, is_retryable: bool | None = None) -> None:
        heals = self.heals_with_time if is_retryable is None else is_retryable
        super().__init__(type(self).code, message, is_retryable=heals)
        self.may_have_arrived = False


class BadUrlError(HttpError):
    """The text is no absolute URL with a host."""

    code = "bad_url"


class BadRequestError(HttpError):
    """The method, a header or a number of the request may not be sent."""

    code = "bad_request"


class BlockedDestinationError(HttpError):
    """The destination is refused: scheme, user info, port, name or address. Nothing was sent."""

    code = "blocked_destination"


class CredentialHostError(HttpError):
    """A credential of the step may not go to this host. Nothing was sent."""

    code = "credential_host"


class DnsFailedError(HttpError):
    """The name could not be resolved; retryable unless the name is known not to exist."""

    code = "dns_failed"


class ConnectFailedError(HttpError):
    """No connection came about."""

    code = "connect_failed"
    heals_with_time = True


class ProxyRefusedError(HttpError):
    """The proxy answered, but made no connection; retryable if it says that time may heal it."""

    code = "proxy_refused"


class TlsFailedError(HttpError):
    """The handshake failed; a certificate that does not fit is never retried."""

    code = "tls_failed"


class CallTimedOutError(HttpError):
    """The exchange took longer than its `timeout_s`, however busily bytes were dripping."""

    code = "timeout"
    heals_with_time = True


class ConnectionLostError(HttpError):
    """The connection ended before the reply was whole."""

    code = "connection_lost"
    heals_with_time = True


class BadReplyError(HttpError):
    """The reply is not HTTP, or its body is not what its encoding says."""

    code = "bad_reply"


class ReplyTooLargeError(HttpError):
    """The body is longer than allowed, packed or unpacked, or is packed suspiciously tightly."""

    code = "too_large"


class TooManyRedirectsError(HttpError):
    """The server redirected more often than `MAX_REDIRECTS`."""

    code = "too_many_redirects"


class CallAbortedError(HttpError):
    """Somebody aborted the call; not a failure of the other side."""

    code = "aborted"


class MailAuthFailedError(HttpError):
    """The mail server wants another name or password, or the connection is not fit for one."""

    code = "mail_auth_failed"


class MailRefusedError(HttpError):
    """The mail server does not take the message; retryable if it says that this is for now."""

    code = "mail_refused"


class MailUnknownError(HttpError):
    """The message was handed over whole and no answer came: sent again, it may arrive twice."""

    code = "mail_unknown"


class DatabaseRefusedError(HttpError):
    """The database's server answers, and does not let user, password or database in."""

    code = "database_refused"
