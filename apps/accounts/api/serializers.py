from typing import Any

from rest_framework import serializers

from apps.core.api.serializers import StrictSerializer

PASSWORD: dict[str, Any] = {"max_length": 256, "trim_whitespace": False, "write_only": True}


class PasskeyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class AccountOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    is_verified = serializers.BooleanField()
    has_app = serializers.BooleanField()
    recovery_codes = serializers.IntegerField(help_text="How many are left.")
    passkeys = PasskeyOut(many=True)
    is_confirmed = serializers.BooleanField(
        help_text="Shown a moment ago who they are: what asks for `auth/confirm` goes through."
    )


class AccountIn(StrictSerializer):
    name = serializers.CharField(max_length=120, allow_blank=True)


class EmailIn(StrictSerializer):
    email = serializers.EmailField(max_length=254)


class NewPasswordIn(StrictSerializer):
    password = serializers.CharField(**PASSWORD, help_text="The one of now.")
    new_password = serializers.CharField(**PASSWORD)


class PasswordIn(StrictSerializer):
    password = serializers.CharField(**PASSWORD)


class SetupOut(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="For an app that takes no picture.")
    uri = serializers.CharField(help_text="What the picture (QR) says.")


class CodeIn(StrictSerializer):
    code = serializers.CharField(max_length=16)


class CodesOut(serializers.Serializer[Any]):
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), help_text="Shown this once."
    )


class PasskeyBeginOut(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    options = serializers.JSONField(help_text="For `navigator.credentials`, as JSON (WebAuthn).")


class PasskeyIn(StrictSerializer):
    ticket = serializers.CharField(max_length=64)
    name = serializers.CharField(max_length=80)
    passkey = serializers.DictField(help_text="What the browser made, as JSON (WebAuthn).")
