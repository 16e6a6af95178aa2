"""Sends an e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.config import Config
from apps.engine.credential import Credential
from apps.engine.errors import NodeError
from apps.engine.fields import Field, FieldProblem, Kind, is_absent, is_templated
from apps.engine.graph import Effect
from apps.engine.node import Context, NodeType, Raw, Result
from apps.engine.ports import Blobs, MailRequest
from apps.engine.secret import Secret
from apps.nodes.action_email.addresses import (
    MOST_RECIPIENTS,
    BadAddressError,
    Mailbox,
    mailboxes_of,
    parsed,
)
from apps.nodes.action_email.message import Letter, attachment_of, message_id_of, message_of

CREDENTIAL = "credential"
# What a mail server is called at, if its credential says nothing else.
USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
USUAL_SECURITY = "starttls"
TIMEOUT_S = 60.0
# Failures that come before anything was handed over are worth another try, and only those say so.
ATTEMPTS = 3
NEEDS_WORDS = "At least one of “Text”, “HTML” has to be filled in."


def run(ctx: Context) -> Result:
    """Hand the letter to the credential's server and return `{message_id, recipients, answer}`.

    Raises:
        NodeError: `bad_address`, `bad_config`, `bad_credential`, `recipients_missing`, `too_many_recipients`.
        PortError: the server did not take it, or did not say so (`mail_unknown`); `blob_not_found`.
    """
    credential = ctx.credential(CREDENTIAL)
    if credential is None or ctx.started_at is None:
        raise NodeError("credential_missing", "An e-mail needs a credential for its server.")
    letter = _letter_of(ctx.config, credential, ctx.blobs)
    blind = mailboxes_of("Bcc", ctx.config.json("bcc"))
    everybody = [each.address for each in (*letter.to, *letter.cc, *blind)]
    recipients = tuple(dict.fromkeys(everybody))
    if not recipients:
        raise NodeError("recipients_missing", "Nobody is left to send the e-mail to.")
    if len(recipients) > MOST_RECIPIENTS:
        raise NodeError(
            "too_many_recipients", f"An e-mail goes to at most {MOST_RECIPIENTS} addresses."
        )
    security = credential.text("security", USUAL_SECURITY)
    password = credential.values.get("password")
    reply = ctx.mail.send(
        MailRequest(
            host=credential.text("host"),
            port=_port_of(credential, security),
            security=security,
            sender=letter.sender.address,
            recipients=recipients,
            message=message_of(letter, ctx.idempotency_key, ctx.started_at),
            username=credential.text("username"),
            password=password if isinstance(password, Secret) else None,
            timeout_s=min(TIMEOUT_S, ctx.timeout_s),
        )
    )
    return Result(
        {
            "message_id": message_id_of(ctx.idempotency_key, letter.sender.domain),
            "recipients": list(recipients),
            "answer": reply.answer,
        }
    )


def _letter_of(config: Config, credential: Credential, blobs: Blobs) -> Letter:
    text = config.text("body") if config.is_given("body") else None
    html = config.text("body_html") if config.is_given("body_html") else None
    if not text and not html:
        raise NodeError("bad_config", NEEDS_WORDS)
    return Letter(
        sender=_sender_of(config, credential),
        to=tuple(mailboxes_of("To", config.json("to"))),
        cc=tuple(mailboxes_of("Cc", config.json("cc"))),
        reply_to=tuple(mailboxes_of("Reply to", config.json("reply_to"))),
        subject=config.text("subject"),
        text=text or None,
        html=html or None,
        attachments=tuple(attachment_of(entry, blobs) for entry in config.items("attachments")),
    )


def _sender_of(config: Config, credential: Credential) -> Mailbox:
    written = config.json("from") or credential.text("from")
    found = mailboxes_of("From", written or None)
    if len(found) != 1:
        raise NodeError(
            "bad_address", "“From” must be one address, here or in the credential for the server."
        )
    return found[0]


def _port_of(credential: Credential, security: str) -> int:
    text = credential.text("port") or str(USUAL_PORTS.get(security, 0))
    if not text.isdecimal() or len(text) > 5:
        raise NodeError("bad_credential", f"The credential “{credential.name}” names no port.")
    return int(text)


def _check(config: Raw) -> Iterator[FieldProblem]:
    for name in ("from", "to", "cc", "bcc", "reply_to"):
        value = config.get(name)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not is_templated(text):
                try:
                    parsed(text)
                except BadAddressError as reason:
                    yield FieldProblem(name, "bad_address", f"“{name}”: {reason}.")
    if is_absent(config.get("body")) and is_absent(config.get("body_html")):
        yield FieldProblem("body", "field_required", NEEDS_WORDS)
    attachments = config.get("attachments")
    for number, entry in enumerate(attachments if isinstance(attachments, list) else ()):
        if isinstance(entry, dict):
            yield from _attachment_problems(entry, f"attachments[{number}]")


def _attachment_problems(entry: Raw, place: str) -> Iterator[FieldProblem]:
    if is_absent(entry.get("file")):
        for name, title in (("filename", "Name"), ("content", "Content")):
            if is_absent(entry.get(name)):
                yield FieldProblem(f"{place}.{name}", "field_required", f"“{title}” is empty.")
    elif not is_absent(entry.get("content")):
        sentence = "An attachment has a content or a file, not both."
        yield FieldProblem(f"{place}.file", "field_choice", sentence)


_SEVERAL = "One address or several, separated by commas, or a list of them."

NODE = NodeType(
    type="action:email",
    title="E-mail",
    description="Sends an e-mail by a mail server.",
    category="action",
    run=run,
    effect=Effect.EXTERNAL,
    attempts=lambda _: ATTEMPTS,
    acts_again=True,
    timeout_s=lambda _: TIMEOUT_S,
    check=_check,
    fields=(
        Field(
            name=CREDENTIAL,
            kind=Kind.CREDENTIAL,
            title="Credential",
            help="The mail server, and who signs in there.",
            options=("smtp",),
            is_required=True,
        ),
        Field(
            name="to",
            kind=Kind.TEMPLATE,
            title="To",
            help=_SEVERAL,
            placeholder="ada@example.com, Bob <bob@example.com>",
            is_required=True,
        ),
        Field(name="subject", kind=Kind.TEMPLATE, title="Subject", longest=998, is_required=True),
        Field(name="body", kind=Kind.TEMPLATE, title="Text", help="What is read without HTML."),
        Field(
            name="body_html",
            kind=Kind.TEMPLATE,
            title="HTML",
            help="Values stand in it as they are: escape what strangers wrote.",
        ),
        Field(name="cc", kind=Kind.TEMPLATE, title="Cc", help=_SEVERAL),
        Field(name="bcc", kind=Kind.TEMPLATE, title="Bcc", help="Seen by nobody else."),
        Field(name="reply_to", kind=Kind.TEMPLATE, title="Reply to", help="Where answers go."),
        Field(
            name="from",
            kind=Kind.TEMPLATE,
            title="From",
            help="The credential’s own address, unless it says otherwise.",
        ),
        Field(
            name="attachments",
            kind=Kind.LIST,
            title="Attachments",
            help="Files that go along.",
            fields=(
                Field(
                    name="filename",
                    kind=Kind.TEMPLATE,
                    title="Name",
                    help="A file of the store has its own unless it is given another here.",
                    placeholder="report.csv",
                ),
                Field(name="content", kind=Kind.TEMPLATE, title="Content"),
                Field(
                    name="file",
                    kind=Kind.JSON,
                    title="File",
                    help="Instead of a content: the reference to a file, as a node has given it.",
                    placeholder="{{ steps.download.body }}",
                    default="",
                ),
                Field(
                    name="encoding",
                    kind=Kind.SELECT,
                    title="Content is given as",
                    options=("text", "base64"),
                    default="text",
                ),
                Field(
                    name="content_type",
                    kind=Kind.TEMPLATE,
                    title="Type",
                    help="By default the file's own, plain text, or any bytes if it is given as base64.",
                    placeholder="text/csv",
                ),
            ),
        ),
    ),
    output_schema={
        "type": "object",
        "properties": {
            "message_id": {"type": "string"},
            "recipients": {"type": "array", "items": {"type": "string"}},
            "answer": {"type": "string"},
        },
        "required": ["message_id", "recipients", "answer"],
    },
)
