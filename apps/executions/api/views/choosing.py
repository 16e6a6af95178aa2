"""What a field of a node may be, where only the service behind it knows."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import reading
from apps.core.api.permissions import can, principal_of
from apps.core.api.serializers import JsonObjectField, StrictSerializer
from apps.executions.services import choosing
from apps.executions.services.choosing import Wanted


class ChoicesIn(StrictSerializer):
    """A field, and the settings of its node that a service is asked with: the name of a credential among them."""

    field = serializers.CharField(max_length=64)
    config = JsonObjectField()


class ChoiceOut(serializers.Serializer[Any]):
    """What is written into the field, and what people call it."""

    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the form's word


class ChoicesOut(serializers.Serializer[Any]):
    """At most 200 of them; `has_more`: there are others, which can be written by hand."""

    results = ChoiceOut(many=True)
    has_more = serializers.BooleanField()


class Choices(GenericAPIView[Any]):
    """What a service says that a field may be, such as the channels of a workspace."""

    permission_classes = [can("workflow.update")]
    serializer_class = ChoicesIn

    @extend_schema(operation_id="nodes_choices", request=ChoicesIn, responses=ChoicesOut)
    def post(self, request: Request, kind: str) -> Response:
        """Ask the service with the credential that the settings name; what it said within 30 s is not asked again."""
        body = reading.body(request, ChoicesIn)
        principal = principal_of(request)
        acts_as = None if principal is None else principal.user_id
        found = choosing.choices(Wanted(kind, body["field"], body["config"], acts_as))
        return Response(ChoicesOut({"results": found.choices, "has_more": found.has_more}).data)
