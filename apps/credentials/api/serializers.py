"""The shapes of credentials, in and out. No shape that goes out has a place for a secret."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer
from apps.credentials.models import Connection, Credential, CredentialAccess, CredentialVersion
from apps.credentials.rules.granted import LONGEST_SCOPE, MOST_SCOPES
from apps.credentials.rules.kinds import KINDS, Kind
from apps.credentials.rules.kinds.connections import ACCOUNT
from apps.credentials.rules.kinds.kind import LONGEST_VALUE
from apps.credentials.rules.schemas import schema_of
from apps.credentials.rules.verdict import STATUSES
from apps.credentials.services.consents import redirect_uri_of
from apps.engine.fields import CREDENTIAL_NAME

MOST_USERS = 100
MOST_HOSTS = 50


class ValueField(serializers.CharField):
    """A value as it was written: spaces and line ends belong to keys and passwords."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            max_length=LONGEST_VALUE, allow_blank=True, trim_whitespace=False, **settings
        )


class ValuesField(serializers.DictField):
    """Values by name, each a text."""

    child = ValueField()


class ConnectedAccountOut(serializers.Serializer[Any]):
    """The account behind a credential of the type `oauth2`. No token stands here.

    `status` is `new` (nobody has connected it), `active`, `lost` (it has to be connected anew; `problem` says why) or
    `revoked` (somebody has disconnected it). `redirect_uri` is what its app at the provider has to know.
    """

    status = serializers.CharField()
    problem = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    good_until = serializers.DateTimeField(allow_null=True)
    connected_by = serializers.UUIDField(allow_null=True)
    connected_at = serializers.DateTimeField(allow_null=True)
    renewed_at = serializers.DateTimeField(allow_null=True)
    redirect_uri = serializers.CharField()


def connection_of(row: Credential) -> Any:
    """Return how the account behind a credential is connected; None: there is none behind its type."""
    if row.type != ACCOUNT:
        return None
    try:
        known = row.connection
    except Connection.DoesNotExist:
        known = Connection(status="new")
    # Of one that is new nothing but its state is known.
    known.redirect_uri = redirect_uri_of(row.values)  # type: ignore[attr-defined]
    return ConnectedAccountOut(known).data


class CredentialOut(serializers.ModelSerializer[Credential]):
    """A credential. `values` are the open ones, `secrets` the names of those that are set and never shown.

    `expires_soon`: it does within a week.
    """

    values = serializers.DictField(child=serializers.CharField())
    expires_soon = serializers.BooleanField()
    secrets = serializers.ListField(child=serializers.CharField())
    allowed_hosts = serializers.ListField(child=serializers.CharField())
    connection = serializers.SerializerMethodField()

    class Meta:
        model = Credential
        fields = (
            "id", "name", "type", "description", "values", "secrets", "version", "allowed_hosts", "expires_at",
            "expires_soon", "is_disabled", "is_restricted", "created_by", "created_at", "updated_at", "connection",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ConnectedAccountOut(allow_null=True))
    def get_connection(self, row: Credential) -> Any:
        """Return how the account behind it is connected."""
        return connection_of(row)


class Described(StrictSerializer):
    """What may be said of a credential beside its values."""

    description = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    allowed_hosts = serializers.ListField(
        child=serializers.CharField(max_length=255), max_length=MOST_HOSTS, required=False
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    is_disabled = serializers.BooleanField(required=False)

    def validate_allowed_hosts(self, hosts: list[str]) -> list[str]:
        """Return the hosts as they are compared."""
        return [host.lower() for host in hosts]


class CredentialIn(Described):
    """A new credential. Its name and its type are for good, because workflows call it by them."""

    name = serializers.RegexField(
        f"^{CREDENTIAL_NAME}$",
        error_messages={"invalid": "A name has 1 to 64 letters, digits, _ and -."},
    )
    type = serializers.ChoiceField(choices=list(KINDS))
    values = ValuesField()


class CredentialChange(Described):
    """What a save changes; what is left out stays, and so does every value that is not named."""

    values = ValuesField(required=False)


class UsersShape(StrictSerializer):
    """Who may use a credential: members by id, built-in roles by name, the tenant's own by id."""

    is_restricted = serializers.BooleanField()
    members = serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_USERS, default=list
    )
    roles = serializers.ListField(
        child=serializers.CharField(max_length=36), max_length=MOST_USERS, default=list
    )


class RotateIn(StrictSerializer):
    """New secret values, and until when they are good."""

    values = ValuesField()
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ConnectIn(StrictSerializer):
    """What is asked for beside the usual scopes and those that were granted before."""

    scopes = serializers.ListField(
        child=serializers.RegexField(r"^[\x21-\x7e]+$", max_length=LONGEST_SCOPE),
        max_length=MOST_SCOPES,
        required=False,
        default=list,
    )


class ConnectOut(serializers.Serializer[Any]):
    """Where a person is sent to say yes."""

    authorization_url = serializers.CharField()


class FinishIn(StrictSerializer):
    """What a person brought back from a provider, as the address had it; `path` is that of the address."""

    state = serializers.CharField(max_length=200)
    path = serializers.CharField(max_length=500)
    code = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    error = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    iss = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class DisconnectOut(serializers.Serializer[Any]):
    """Whether the provider has taken the tokens back; they are forgotten here in any case."""

    is_revoked_at_provider = serializers.BooleanField()


class CredentialVersionOut(serializers.ModelSerializer[CredentialVersion]):
    """That values were written: `names` are those that were given, never what they are."""

    names = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = CredentialVersion
        fields = ("number", "names", "made_by", "created_at")
        read_only_fields = fields


class CredentialAccessOut(serializers.ModelSerializer[CredentialAccess]):
    """A reading or a writing; the readings of one execution together, `times` of them."""

    class Meta:
        model = CredentialAccess
        fields = (
            "id", "kind", "reader", "version", "execution_id", "user_id", "api_key_id", "ip", "is_success", "error",
            "times", "first_at", "last_at",
        )  # fmt: skip
        read_only_fields = fields


class TestIn(StrictSerializer):
    """Values to be tried out before anybody stores them; where they may go, if that is not what their type says."""

    type = serializers.ChoiceField(choices=list(KINDS))
    values = ValuesField()
    allowed_hosts = serializers.ListField(
        child=serializers.CharField(max_length=255), max_length=MOST_HOSTS, required=False
    )

    def validate_allowed_hosts(self, hosts: list[str]) -> list[str]:
        """Return the hosts as they are compared."""
        return [host.lower() for host in hosts]


class TestOut(serializers.Serializer[Any]):
    """What came of a test: `refused` by the other side, `unreachable`, or `untestable` where nobody can be asked."""

    status = serializers.ChoiceField(choices=list(STATUSES))
    code = serializers.CharField()
    message = serializers.CharField()


class ValueOut(serializers.Serializer[Any]):
    """One value of a type, as a form asks for it."""

    name = serializers.CharField()
    title = serializers.CharField()
    help = serializers.CharField()
    is_secret = serializers.BooleanField()
    is_required = serializers.BooleanField()
    options = serializers.ListField(child=serializers.CharField())
    pattern = serializers.CharField()
    format = serializers.CharField()
    default = serializers.CharField()
    shown_with = serializers.ListField(child=serializers.CharField())


class KindOut(serializers.Serializer[Any]):
    """A type of credential. `main` is the value that its name alone gives; empty: all of them.

    `allowed_hosts` hold unless a new credential says otherwise. `is_free`: it takes values of any name, all secret.
    `is_testable`: the test button has somebody to ask, and if it may not have, `untested` says why.
    """

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    docs = serializers.CharField()
    main = serializers.CharField(source="main_value")
    allowed_hosts = serializers.ListField(child=serializers.CharField(), source="hosts")
    is_free = serializers.BooleanField()
    is_testable = serializers.SerializerMethodField()
    untested = serializers.CharField()
    values = ValueOut(many=True)
    schema = serializers.SerializerMethodField()

    def get_is_testable(self, kind: Kind) -> bool:
        """Return whether the test button has somebody to ask."""
        return bool(kind.probe)

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_schema(self, kind: Kind) -> dict[str, Any]:
        """Return the JSON Schema of its values."""
        return schema_of(kind)


class KindPage(serializers.Serializer[Any]):
    """All types; there are too few for pages."""

    results = KindOut(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
