"""A curl command as the config of a node."""

from apps.core.errors import FieldProblem, InvalidError
from apps.nodes.action_http.curl import CurlError, read_curl
from apps.nodes.action_http.curl_command import Imported


def imported(command: str) -> Imported:
    """Return what a curl command asks for, as far as an HTTP request can do it.

    Raises:
        InvalidError: `curl_unreadable`, it is no curl command, or has no address.
    """
    try:
        return read_curl(command)
    except CurlError as error:
        problem = FieldProblem("/command", "curl_unreadable", str(error))
        raise InvalidError(str(error), code="curl_unreadable", errors=[problem]) from None
