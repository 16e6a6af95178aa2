from typing import Any

from rest_framework import serializers

from apps.core import origins
from apps.core.api.serializers import StrictSerializer
from apps.core.principals import PERMISSIONS
from apps.tenants.models import ApiKey, CustomRole, Invitation, Role, TenantStatus

MOST_ROLES = 50
METHODS = ["totp", "recovery", "passkey"]


class Credentials(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class SignUpIn(Credentials):
    name = serializers.CharField(max_length=120, default="", allow_blank=True)
    tenant_name = serializers.CharField(max_length=120)
    tenant_slug = serializers.CharField(
        max_length=38, default="", allow_blank=True, help_text="Empty: made from the tenant's name."
    )


class SignInIn(Credentials):
    tenant = serializers.CharField(
        max_length=38,
        default="",
        allow_blank=True,
        help_text="Slug; empty: the only one, if there is one.",
    )
    next = serializers.CharField(max_length=2000, default="/", allow_blank=True)


class Going(StrictSerializer):
    """Where somebody wants to go who is about to be signed in."""

    tenant = serializers.CharField(
        max_length=38,
        default="",
        allow_blank=True,
        help_text="Slug; empty: the only one, if there is one.",
    )
    next = serializers.CharField(max_length=2000, default="/", allow_blank=True)


class ProofIn(StrictSerializer):
    """What shows that it is they: `code` for the first two methods, `passkey` for the third."""

    ticket = serializers.CharField(max_length=64)
    method = serializers.ChoiceField(METHODS)
    code = serializers.CharField(max_length=32, default="", allow_blank=True)
    passkey = serializers.DictField(default=dict, help_text="The browser's answer, as JSON.")


class SecondFactorIn(ProofIn, Going):
    pass


class PasskeyAskOut(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    options = serializers.JSONField(help_text="For `navigator.credentials.get`, as JSON.")


class PasskeySignInIn(Going):
    ticket = serializers.CharField(max_length=64)
    passkey = serializers.DictField(help_text="The browser's answer, as JSON (WebAuthn).")


class ConfirmIn(StrictSerializer):
    """The password of who has no second factor; the ticket and an answer of who has."""

    password = serializers.CharField(
        max_length=256, trim_whitespace=False, write_only=True, default="", allow_blank=True
    )
    ticket = serializers.CharField(max_length=64, default="", allow_blank=True)
    method = serializers.ChoiceField(METHODS, default="totp")
    code = serializers.CharField(max_length=32, default="", allow_blank=True)
    passkey = serializers.DictField(default=dict, help_text="The browser's answer, as JSON.")


class ChallengeOut(serializers.Serializer[Any]):
    ticket = serializers.CharField(help_text="Good for 5 minutes, five tries and one success.")
    methods = serializers.ListField(child=serializers.ChoiceField(METHODS))
    passkey = serializers.JSONField(
        allow_null=True, help_text="What the browser needs to ask for a passkey (WebAuthn)."
    )


class ConfirmBeginOut(serializers.Serializer[Any]):
    challenge = ChallengeOut(allow_null=True, help_text="null: the password is asked for.")


class ForgotIn(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class TokenIn(StrictSerializer):
    token = serializers.CharField(max_length=64, help_text="What stands behind # in the link.")


class ResetIn(TokenIn):
    password = serializers.CharField(max_length=256, trim_whitespace=False, write_only=True)


class InvitedSignUpIn(ResetIn):
    name = serializers.CharField(max_length=120, default="", allow_blank=True)


class AddressOut(serializers.Serializer[Any]):
    email = serializers.EmailField()


class WantedOut(serializers.Serializer[Any]):
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)
    roles = serializers.ListField(child=serializers.CharField(), help_text="The tenant's own.")
    tenant_name = serializers.CharField()
    tenant_slug = serializers.CharField()
    invited_by = serializers.CharField()
    has_account = serializers.BooleanField()


class InvitationIn(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices)
    roles = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST_ROLES,
        default=list,
        help_text="Ids of the tenant's own roles, given beside it.",
    )


class NamedRoleOut(serializers.ModelSerializer[CustomRole]):
    class Meta:
        model = CustomRole
        fields = ["id", "name"]


class InvitationOut(serializers.ModelSerializer[Invitation]):
    invited_by = serializers.EmailField(source="invited_by.email")
    roles = NamedRoleOut(many=True)

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "roles", "invited_by", "created_at", "expires_at"]


class SessionOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the whole: one browser on all of its hosts.")
    ip = serializers.IPAddressField(allow_null=True)
    user_agent = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="To a quarter of an hour.")
    tenants = serializers.ListField(child=serializers.CharField(), help_text="Where it has been.")
    is_current = serializers.BooleanField()


class SessionPage(serializers.Serializer[Any]):
    results = SessionOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class SecurityIn(StrictSerializer):
    requires_second_factor = serializers.BooleanField(required=False)
    allows_acting = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError("Say what is to change.")
        return attrs


class SecurityOut(serializers.Serializer[Any]):
    requires_second_factor = serializers.BooleanField()
    allows_acting = serializers.BooleanField(
        help_text="Operators of the platform may act as a member, for a reason and a short time."
    )


class CrossIn(serializers.Serializer[Any]):
    tenant = serializers.CharField(max_length=38, help_text="Slug or id.")
    next = serializers.CharField(max_length=2000, default="/", allow_blank=True)


class UserOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    is_operator = serializers.BooleanField()


class TenantOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(TenantStatus.choices)


class MembershipOut(TenantOut):
    gone_after = serializers.DateTimeField(
        allow_null=True, help_text="When it is deleted, if no owner takes it back; null: it stays."
    )
    role = serializers.ChoiceField(Role.choices)
    host = serializers.CharField()
    url = serializers.URLField()


class TenantPage(serializers.Serializer[Any]):
    results = MembershipOut(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class RedirectOut(serializers.Serializer[Any]):
    redirect = serializers.CharField(help_text="Where the browser goes next; good for 30 seconds.")


class SignedUpOut(RedirectOut):
    user = UserOut()
    tenant = TenantOut()


class SignedInOut(serializers.Serializer[Any]):
    user = UserOut(allow_null=True, help_text="null: a second factor is asked for first.")
    tenants = MembershipOut(many=True)
    redirect = serializers.CharField(allow_null=True)
    challenge = ChallengeOut(allow_null=True)


class ActingOut(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="Of the operator who acts as this member.")
    until = serializers.DateTimeField()


class MeOut(UserOut):
    kind = serializers.ChoiceField(["user", "api_key", "operator"])
    role = serializers.ChoiceField(Role.choices, allow_null=True)
    permissions = serializers.ListField(child=serializers.CharField())
    tenant = TenantOut(allow_null=True)
    acting = ActingOut(allow_null=True)


class ApiKeyIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(list(PERMISSIONS)), min_length=1, max_length=len(PERMISSIONS)
    )
    expires_at = serializers.DateTimeField(allow_null=True, default=None)
    service_account = serializers.UUIDField(
        allow_null=True, default=None, help_text="Whose key it is to be; null: yours."
    )


class ApiKeyOut(serializers.ModelSerializer[ApiKey]):
    created_by = serializers.EmailField(source="created_by.email")
    service_account = serializers.SerializerMethodField()
    prefix = serializers.SerializerMethodField(
        help_text="How the key begins; the rest is not kept."
    )

    class Meta:
        model = ApiKey
        fields = [
            "id",
            "name",
            "prefix",
            "scopes",
            "created_by",
            "service_account",
            "created_at",
            "expires_at",
            "last_used_at",
            "last_used_ip",
        ]

    def get_service_account(self, key: ApiKey) -> str | None:
        return key.created_by.name if key.created_by.is_service else None

    def get_prefix(self, key: ApiKey) -> str:
        return f"gx_{key.prefix}"


class NewApiKeyOut(ApiKeyOut):
    secret = serializers.CharField(help_text="The whole key. It is shown this once.")

    class Meta(ApiKeyOut.Meta):
        fields = [*ApiKeyOut.Meta.fields, "secret"]


class OriginField(serializers.CharField):
    """One origin as browsers write it."""

    def to_internal_value(self, data: Any) -> str:
        """Return it, or say what it is like."""
        if not origins.is_origin(data):
            raise serializers.ValidationError(
                "An origin is written like https://app.example.com: lower case, no path, no *.",
                code="origin_malformed",
            )
        return str(data)


class ThisTenantIn(StrictSerializer):
    name = serializers.CharField(max_length=120)


class ThisTenantOut(serializers.Serializer[Any]):
    """What a tenant is called, and the part of its addresses that stays."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class CorsIn(StrictSerializer):
    origins = serializers.ListField(child=OriginField(), max_length=50)
    methods = serializers.ListField(
        child=serializers.ChoiceField(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")),
        required=False,
        min_length=1,
        max_length=6,
    )
    headers = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z0-9-]{1,64}\Z"), required=False, max_length=50
    )
    max_age_s = serializers.IntegerField(required=False, min_value=0, max_value=86_400)


class CorsOut(serializers.Serializer[Any]):
    origins = serializers.ListField(child=serializers.CharField())
    methods = serializers.ListField(child=serializers.CharField())
    headers = serializers.ListField(child=serializers.CharField())
    max_age_s = serializers.IntegerField()
