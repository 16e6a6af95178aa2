"""Limits live in Redis; no test may meet another's. Letters come into a folder of each test's own."""

import pytest


@pytest.fixture(autouse=True)
def _fresh(redis_server):
    return redis_server


@pytest.fixture
def mailbox(tmp_path):
    from tests.accounts.mailbox import Mailbox

    return Mailbox(tmp_path / "mail")
