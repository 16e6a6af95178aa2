"""The shapes of single sign-on, in and out. No shape that goes out has a place for the client's secret."""

from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.sso.models import Connection, Identity, MailDomain, RoleSync
from apps.sso.rules import places
from apps.sso.services.signing_in import callback_of

MOST_RULES = 100


class RoleRuleShape(StrictSerializer):
    claim = serializers.CharField(max_length=128)
    value = serializers.CharField(max_length=255)
    role = serializers.CharField(max_length=40)


class ConnectionIn(StrictSerializer):
    """A connection to an OpenID Connect provider."""

    name = serializers.CharField(max_length=80)
    issuer = serializers.CharField(
        max_length=places.LONGEST, help_text="As the provider writes it."
    )
    client_id = serializers.CharField(max_length=255)
    client_secret = serializers.CharField(
        max_length=1024,
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        write_only=True,
        help_text="It never comes out again. Empty: a public client.",
    )
    scopes = serializers.ListField(
        child=serializers.RegexField(r"^[\x21\x23-\x5b\x5d-\x7e]{1,64}$"),
        required=False,
        max_length=20,
        help_text="`openid` is asked for in any case.",
    )
    email_claim = serializers.CharField(max_length=128, required=False)
    name_claim = serializers.CharField(max_length=128, required=False)
    role_rules = serializers.ListField(child=RoleRuleShape(), required=False, max_length=MOST_RULES)
    default_role = serializers.CharField(max_length=40, required=False)
    role_sync = serializers.ChoiceField(RoleSync.choices, required=False)
    adds_members = serializers.BooleanField(required=False)
    is_enforced = serializers.BooleanField(required=False)
    is_enabled = serializers.BooleanField(required=False)
    session_hours = serializers.IntegerField(min_value=1, max_value=336, required=False)
    asks_second_factor = serializers.BooleanField(
        required=False,
        help_text="Its word counts as a second factor, also if its tokens do not say that one was shown.",
    )


class ConnectionChange(ConnectionIn):
    """What a save changes; what is left out stays."""

    name = serializers.CharField(max_length=80, required=False)
    issuer = serializers.CharField(max_length=places.LONGEST, required=False)
    client_id = serializers.CharField(max_length=255, required=False)


class DomainIn(StrictSerializer):
    domain = serializers.CharField(max_length=253)


class DomainOut(serializers.ModelSerializer[MailDomain]):
    """A mail domain, and the TXT record that proves it."""

    record_name = serializers.SerializerMethodField()
    record_value = serializers.SerializerMethodField()

    class Meta:
        model = MailDomain
        fields = (
            "id",
            "domain",
            "record_name",
            "record_value",
            "verified_at",
            "proof",
            "created_at",
        )
        read_only_fields = fields

    def get_record_name(self, row: MailDomain) -> str:
        return places.record_of(row.domain)

    def get_record_value(self, row: MailDomain) -> str:
        return places.proof_of(row.token)


class ConnectionOut(serializers.ModelSerializer[Connection]):
    """A connection, and the addresses to be entered at the provider."""

    has_client_secret = serializers.SerializerMethodField()
    role_rules = RoleRuleShape(many=True)
    domains = DomainOut(many=True)
    start_url = serializers.SerializerMethodField()
    redirect_uri = serializers.SerializerMethodField()
    logout_redirect_uri = serializers.SerializerMethodField()
    back_channel_logout_uri = serializers.SerializerMethodField()

    class Meta:
        model = Connection
        fields = (
            "id", "name", "issuer", "client_id", "has_client_secret", "scopes", "email_claim", "name_claim",
            "role_rules", "default_role", "role_sync", "adds_members", "is_enforced", "is_enabled", "session_hours",
            "asks_second_factor",
            "domains", "start_url", "redirect_uri", "logout_redirect_uri", "back_channel_logout_uri",
            "last_sign_in_at", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_has_client_secret(self, row: Connection) -> bool:
        return row.has_secret

    def get_start_url(self, row: Connection) -> str:
        return f"{self.context['origin']}/auth/sso/{row.pk}/start"

    def get_redirect_uri(self, row: Connection) -> str:
        return callback_of(self.context["origin"], row.pk)

    def get_logout_redirect_uri(self, row: Connection) -> str:
        return str(self.context["landing"])

    def get_back_channel_logout_uri(self, row: Connection) -> str:
        return f"{self.context['origin']}/auth/sso/{row.pk}/logout"


class ReportOut(serializers.Serializer[Any]):
    """What a look at the provider brought."""

    is_ok = serializers.BooleanField()
    problem = serializers.CharField()
    code = serializers.CharField()
    endpoints = serializers.DictField(child=serializers.CharField())
    algorithms = serializers.ListField(child=serializers.CharField())
    keys = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.CharField())


class DiscoverIn(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    next = serializers.CharField(max_length=2000, default="/", allow_blank=True)


class OfferOut(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="What the tenant calls its provider.")
    url = serializers.CharField(help_text="Where the browser goes.")
    is_enforced = serializers.BooleanField(help_text="The tenant takes no password instead.")


class DiscoveredOut(serializers.Serializer[Any]):
    method = serializers.ChoiceField(["password", "sso"])
    offers = OfferOut(many=True)


class WayOut(serializers.Serializer[Any]):
    redirect = serializers.CharField(allow_null=True)


class LinkIn(StrictSerializer):
    next = serializers.CharField(max_length=2000, default="/", allow_blank=True)


class IdentityOut(serializers.ModelSerializer[Identity]):
    """By what a person is known here."""

    connection = serializers.CharField(source="connection.name")

    class Meta:
        model = Identity
        fields = ("id", "connection", "issuer", "subject", "email", "last_sign_in_at", "created_at")
        read_only_fields = fields
