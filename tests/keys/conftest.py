"""Two keys on this machine, and a tenant with secrets under the first of them."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def owner(transactional_db, redis_server) -> Any:
    """Who may everything in the tenant `demo`; what is written is committed."""
    from apps.core.tenancy import entered
    from apps.tenants import facade
    from tests.callers import make_caller

    with entered("t_demo"):
        yield make_caller(facade.current(), "owner")


@pytest.fixture
def second(tmp_path: Path) -> str:
    """How GORAX_KEKS names a second key, which lies in a file."""
    from apps.keys.services.sealing import Kek

    path = tmp_path / "second"
    path.touch(mode=0o600)
    path.write_text(Kek.new().to_text())
    return f"file:{path}"
