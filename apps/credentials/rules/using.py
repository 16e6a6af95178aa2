"""Who may use a credential."""

from collections.abc import Collection

from apps.core.principals import Principal


def may_use(by: Principal, granted: Collection[str] | None) -> bool:
    """Say whether somebody may use a credential that is granted to these members and roles; None: it is everybody's."""
    return granted is None or by.is_manager or not set(by.names).isdisjoint(granted)


def may_choose_users(by: Principal, made_by: object) -> bool:
    """Say whether somebody may say who uses a credential: whoever made it, and the tenant's owners and admins."""
    return by.is_manager or by.user_id == made_by
