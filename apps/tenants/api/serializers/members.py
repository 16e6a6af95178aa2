from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.core.principals import PERMISSIONS
from apps.tenants.api.serializers import MOST_ROLES
from apps.tenants.models import CustomRole, Membership, Role, RoleGrant


class RoleIn(StrictSerializer):
    """A role of the tenant's own."""

    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=500, default="", allow_blank=True)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(list(PERMISSIONS)),
        min_length=1,
        max_length=len(PERMISSIONS),
        help_text="At most those of who asks.",
    )


class RoleChange(RoleIn):
    """What is to be different; what is left out stays."""

    name = serializers.CharField(max_length=80, required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(list(PERMISSIONS)),
        min_length=1,
        max_length=len(PERMISSIONS),
        required=False,
        help_text="At most those of who asks.",
    )


class RoleOut(serializers.ModelSerializer[CustomRole]):
    class Meta:
        model = CustomRole
        fields = ["id", "name", "description", "permissions", "created_at", "updated_at"]


class BuiltInOut(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices)
    permissions = serializers.ListField(child=serializers.CharField())


class BuiltInPage(serializers.Serializer[Any]):
    results = BuiltInOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class GrantOut(serializers.ModelSerializer[RoleGrant]):
    id = serializers.UUIDField(source="role_id")
    name = serializers.CharField(source="role.name")
    granted_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = RoleGrant
        fields = ["id", "name", "granted_by", "granted_at"]


class MemberOut(serializers.ModelSerializer[Membership]):
    id = serializers.UUIDField(source="user_id")
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")
    roles = GrantOut(source="grants", many=True)
    joined_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Membership
        fields = ["id", "email", "name", "role", "roles", "joined_at"]


def _own_roles() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST_ROLES,
        required=False,
        help_text="Ids of the tenant's own roles: exactly these are held afterwards.",
    )


class MemberChange(StrictSerializer):
    """What a member is to be; what is left out stays."""

    role = serializers.ChoiceField(Role.choices, required=False)
    roles = _own_roles()


class ServiceAccountIn(StrictSerializer):
    """A member that is no person."""

    name = serializers.CharField(max_length=80)
    role = serializers.ChoiceField(Role.choices)
    roles = _own_roles()


class ServiceAccountChange(StrictSerializer):
    """What it is to be; what is left out stays."""

    name = serializers.CharField(max_length=80, required=False)
    role = serializers.ChoiceField(Role.choices, required=False)
    roles = _own_roles()


class ServiceAccountOut(serializers.ModelSerializer[Membership]):
    id = serializers.UUIDField(source="user.id")
    name = serializers.CharField(source="user.name")
    roles = GrantOut(source="grants", many=True)
    keys = serializers.IntegerField(help_text="Those that work: neither revoked nor expired.")
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="By any key of it.")

    class Meta:
        model = Membership
        fields = ["id", "name", "role", "roles", "keys", "last_used_at", "created_at"]
