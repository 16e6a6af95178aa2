from typing import Any

from rest_framework import serializers

from apps.core import origins
from apps.core.api.serializers import StrictSerializer
from apps.core.principals import PERMISSIONS
from apps.tenants.models import ApiKey, Role, TenantStatus


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


class CrossIn(serializers.Serializer[Any]):
    tenant = serializers.CharField(max_length=38, help_text="Slug or id.")
    next = serializers.CharField(max_length=2000, default="/", allow_blank=True)


class SpendIn(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=64)
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
    user = UserOut()
    tenants = MembershipOut(many=True)
    redirect = serializers.CharField(allow_null=True)


class MeOut(UserOut):
    kind = serializers.ChoiceField(["user", "api_key"])
    role = serializers.ChoiceField(Role.choices, allow_null=True)
    permissions = serializers.ListField(child=serializers.CharField())
    tenant = TenantOut(allow_null=True)


class ApiKeyIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(list(PERMISSIONS)), min_length=1, max_length=len(PERMISSIONS)
    )
    expires_at = serializers.DateTimeField(allow_null=True, default=None)


class ApiKeyOut(serializers.ModelSerializer[ApiKey]):
    created_by = serializers.EmailField(source="created_by.email")
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
            "created_at",
            "expires_at",
            "last_used_at",
        ]

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
