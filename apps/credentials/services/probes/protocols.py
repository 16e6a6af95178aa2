"""Trying out what speaks no HTTP, or asks nobody: mail, databases, keys."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

from apps.adapters import postgresql as databases
from apps.credentials.rules import verdict
from apps.credentials.rules.verdict import Verdict
from apps.credentials.services.probes.way import Way
from apps.engine.credential import Credential
from apps.engine.ports import MailRequest
from apps.engine.secret import Secret

# Nobody gets a message: the address only has to have the form of one.
NOBODY = "gorax@localhost"


def smtp(way: Way, credential: Credential) -> Verdict:
    """Greet the mail server, and sign in if there is a name.

    Raises:
        HttpError: it cannot be reached, or does not take name and password.
    """
    password = credential.values.get("password")
    way.mail().sign_in(
        MailRequest(
            host=credential.text("host"),
            port=int(credential.text("port", "587")),
            security=credential.text("security", "starttls"),
            sender=NOBODY,
            recipients=(NOBODY,),
            message=b"",
            username=credential.text("username"),
            password=password if isinstance(password, Secret) else None,
            timeout_s=way.timeout_s,
        )
    )
    return verdict.GOOD


def postgresql(way: Way, credential: Credential) -> Verdict:
    """Sign in to the database and leave again.

    Raises:
        HttpError: it cannot be reached, or lets nobody in.
    """
    login = databases.Login(
        host=credential.text("host"),
        port=int(credential.text("port", "5432")),
        database=credential.text("database"),
        username=credential.text("username"),
        password=credential.secret("password"),
        ssl_mode=credential.text("ssl_mode", "verify-full"),
    )
    databases.sign_in(login, way.policy, timeout_s=way.timeout_s, transport=way.transport)
    return verdict.GOOD


def ssh_key(_way: Way, credential: Credential) -> Verdict:
    """Open the key with its passphrase, which says whether it is whole; nobody is asked."""
    text = credential.secret("private_key").reveal().encode()
    given = credential.values.get("passphrase")
    passphrase = given.reveal().encode() if isinstance(given, Secret) else None
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in text else load_pem_private_key
    try:
        load(text, passphrase)
    except UnsupportedAlgorithm:
        return verdict.untestable("It is encrypted in a way that cannot be opened here.")
    except (ValueError, TypeError):
        message = "It is no private key, or the passphrase does not open it."
        return verdict.refused("malformed", message)
    return Verdict(verdict.OK, "whole", "The key is whole, and its passphrase opens it.")
