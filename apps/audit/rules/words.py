"""The words of the trail: how actions are called, and to which category each belongs."""

import re

ACTION = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")

CATEGORIES = (
    "authentication",
    "authorization",
    "data_access",
    "configuration",
    "workflow",
    "integration",
    "credential",
    "user_management",
    "system",
)
SEVERITIES = ("info", "warning", "error", "critical")
OUTCOMES = ("success", "failure")

# By an action's noun. What is not here is the system's.
CATEGORY_BY_NOUN = {
    "session": "authentication",
    "password": "authentication",
    "mfa": "authentication",
    "passkey": "authentication",
    "recovery_codes": "authentication",
    "access": "authorization",
    "acting": "authorization",
    "role": "authorization",
    "grant": "authorization",
    "share": "authorization",
    "export": "data_access",
    "file": "data_access",
    "audit": "data_access",
    "tenant": "configuration",
    "domain": "configuration",
    "settings": "configuration",
    "plan": "configuration",
    "sso": "configuration",
    "retention": "configuration",
    "egress_allowance": "configuration",
    "workflow": "workflow",
    "execution": "workflow",
    "schedule": "workflow",
    "webhook": "integration",
    "webhook_event": "integration",
    "connection": "integration",
    "stream": "integration",
    "credential": "credential",
    "api_key": "credential",
    "kek": "credential",
    "dek": "credential",
    "user": "user_management",
    "email": "user_management",
    "membership": "user_management",
    "invitation": "user_management",
    "service_account": "user_management",
}


def category_of(action: str) -> str:
    """Return the category of an action, by its noun.

    Raises:
        ValueError: it is not called `<noun>.<past verb>`.
    """
    if ACTION.fullmatch(action) is None or len(action) > 64:
        raise ValueError(f"{action!r} is no <noun>.<past verb> of at most 64 characters")
    return CATEGORY_BY_NOUN.get(action.partition(".")[0], "system")
