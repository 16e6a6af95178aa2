"""What OPTIONS answers: the methods, in the header Allow. The fields are in the OpenAPI document."""

from typing import TYPE_CHECKING, Any

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

if TYPE_CHECKING:
    # The framework's views name this class as a default while they are being imported.
    from rest_framework.views import APIView


class Nothing(BaseMetadata):
    """No description: the framework's own calls each view's methods to write one, as if they were asked."""

    def determine_metadata(self, request: Request, view: "APIView") -> dict[str, Any]:
        """Return an empty object."""
        return {}
