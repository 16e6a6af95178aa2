from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Input in which a field that does not exist is a mistake, not a wish granted silently."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; every unknown field is named."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            raise serializers.ValidationError(
                {
                    name: [serializers.ErrorDetail("There is no such field.", code="unknown_field")]
                    for name in sorted(unknown)
                }
            )
        return super().to_internal_value(data)


class NothingIn(StrictSerializer):
    """A call that takes no body."""


@extend_schema_field({"type": "object", "additionalProperties": True})
class JsonObjectField(serializers.JSONField):
    """Any JSON object, kept as it is."""

    default_error_messages = {"not_an_object": "This must be a JSON object."}

    def to_internal_value(self, data: Any) -> Any:
        """Return the object."""
        if not isinstance(data, dict):
            self.fail("not_an_object")
        return data


@extend_schema_field({})
class JsonValueField(serializers.JSONField):
    """Any JSON value, kept as it is."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the value."""
        return data

    def to_representation(self, value: Any) -> Any:
        """Return the value."""
        return value
