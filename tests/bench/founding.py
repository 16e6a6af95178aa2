"""Founds tenants by the product's own service, as `manage.py shell` runs it; prints one JSON line.

The text of this file is what the shell is given: `found(...)` is called behind it.
"""

import json
import time
from typing import Any

SLUG = "b{:08d}"
EMAIL = "bench@example.test"
PATH = "bench"


def found(count: int, definition: dict[str, Any]) -> None:
    """Provision `count` tenants, each with one workflow behind its webhook; print the seconds that each tenant took."""
    from apps.accounts import facade as accounts
    from apps.core import tenancy
    from apps.tenants import facade as tenants
    from apps.workflows import facade as workflows

    with tenancy.entered(tenancy.PUBLIC):
        owner = accounts.install(
            email=EMAIL, password="a password for the bench", name="Bench", is_operator=False
        )
    took_s = []
    for number in range(count):
        began_at = time.perf_counter()
        tenant = tenants.provision(
            slug=SLUG.format(number), name=f"Bench {number}", owner_id=owner.id
        )
        took_s.append(time.perf_counter() - began_at)
        with tenancy.entered(tenant.schema):
            workflow_id = workflows.install(
                name="Bench", description="", definition=definition, actor_id=owner.id
            )
            workflows.switch_on(workflow_id)
    print(json.dumps(took_s))  # noqa: T201 - its only way to answer
