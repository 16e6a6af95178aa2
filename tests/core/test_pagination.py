"""Keyset pages: complete, stable while rows arrive, one query, no count."""

from urllib.parse import urlsplit

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from apps.accounts.models import User
from apps.core.api.pagination import KeysetPagination
from apps.core.errors import UnreadableError


def page_of(url: str) -> tuple[list[str], str | None, str | None]:
    request = Request(APIRequestFactory().get(url, headers={"host": "demo.localhost"}))
    pages = KeysetPagination()
    people = User.objects.filter(email__endswith="@page.test")
    rows = pages.paginate_queryset(people, request)
    body = pages.get_paginated_response([row.email.split("@")[0] for row in rows]).data
    return body["results"], body["next"], body["previous"]


def local(link: str | None) -> str:
    assert link is not None
    return link.removeprefix("http://demo.localhost")


@pytest.fixture
def people(db):
    for number in range(5):
        User.objects.create(email=f"{number}@page.test")


def test_following_next_shows_every_row_once_newest_first(people) -> None:
    seen, url = [], "/x?limit=2&kind=a&kind=b"
    while url:
        results, following, _ = page_of(url)
        seen.append(results)
        url = local(following) if following else ""

    assert seen == [["4", "3"], ["2", "1"], ["0"]]


def test_previous_leads_back_over_the_same_pages(people) -> None:
    _, second, none = page_of("/x?limit=2")
    results, third, first = page_of(local(second))
    last_results, nothing, back = page_of(local(third))

    assert (none, results, last_results, nothing) == (None, ["2", "1"], ["0"], None)
    assert page_of(local(back))[0] == ["2", "1"]
    assert page_of(local(first)) == (["4", "3"], second, None)


def test_rows_that_arrive_meanwhile_move_no_page(people) -> None:
    _, second, _ = page_of("/x?limit=2")
    User.objects.create(email="5@page.test")

    results, _, first = page_of(local(second))

    assert results == ["2", "1"]
    assert page_of(local(first))[0] == ["4", "3"]


def test_links_keep_the_callers_filters(people) -> None:
    _, second, _ = page_of("/x?limit=2&status=failed&q=%C3%A9+x")

    query = urlsplit(second).query
    assert query.startswith("limit=2&status=failed&q=%C3%A9+x&cursor=")


def test_a_page_is_one_query_and_nothing_is_counted(people, django_assert_num_queries) -> None:
    with django_assert_num_queries(2) as asked:
        page_of("/x?limit=2")

    statements = [query["sql"] for query in asked.captured_queries]
    assert statements[0].startswith("SET search_path")
    assert "COUNT(" not in statements[1].upper()
    assert statements[1].endswith("LIMIT 3")


def test_an_empty_list_has_no_links(db) -> None:
    assert page_of("/x") == ([], None, None)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1e2",
        "limit=%D9%A1",
        "limit=0001",
    ],
)
def test_a_limit_outside_1_to_100_is_refused(query: str, people) -> None:
    with pytest.raises(UnreadableError) as refusal:
        page_of(f"/x?{query}")

    assert refusal.value.errors[0].path == "/limit"


@pytest.mark.parametrize(
    "cursor", ["", "x", "n", "AAAA", "%00", "é", "a" * 5000, "eA" * 12, "=" * 24]
)
def test_a_forged_cursor_is_refused(cursor: str, people) -> None:
    with pytest.raises(UnreadableError) as refusal:
        page_of(f"/x?cursor={cursor}")

    assert refusal.value.errors[0].path == "/cursor"
