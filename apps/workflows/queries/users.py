"""Which published workflows go on naming a credential."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import TextField
from django.db.models.functions import Cast

from apps.core import request_context
from apps.credentials.events import User
from apps.engine.problem import DocumentError
from apps.workflows.models import Workflow
from apps.workflows.queries import registry, sharing

MOST_USERS = 100
HIDDEN = "a workflow that you may not see"


def users_of(name: str) -> list[User]:
    """Return published workflows outside the bin whose live version names a credential, at most a hundred.

    Those that are not there for who asks are counted, and not told by name.
    """
    principal = request_context.principal()
    hidden = frozenset() if principal is None else sharing.hidden_from(principal)
    return [
        User(None, HIDDEN) if user.id in hidden else user
        for user in islice(_users_of(name), MOST_USERS)
    ]


def _users_of(name: str) -> Iterator[User]:
    # The text rules most documents out; only those that hold the name somewhere are compiled and asked.
    text = Cast("live_version__definition", TextField())
    rows = Workflow.objects.live().annotate(text=text).filter(text__contains=name)
    for workflow_id, title, version_id in rows.order_by("pk").values_list(
        "pk", "name", "live_version_id"
    ):
        try:
            program = registry.version(version_id).program
        except DocumentError:
            # Nobody can say what it names, so nobody can say that it does not.
            yield User(workflow_id, title)
            continue
        if any(name in program.needs(node_id).credentials for node_id in program.graph.nodes):
            yield User(workflow_id, title)
