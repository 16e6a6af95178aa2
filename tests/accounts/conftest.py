"""Limits live in Redis; no test may meet another's."""

import pytest


@pytest.fixture(autouse=True)
def _fresh(redis_server):
    return redis_server
