"""What a trigger takes, held against its form."""

from __future__ import annotations

import pytest

from apps.engine import intake
from apps.engine.value import Json

FORM: Json = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("given", "places"), [({"name": "Ada"}, []), ({"name": 7}, [("name",)]), ({}, [("name",)])]
)
def test_an_input_is_held_against_the_form(given: Json, places: list[tuple[str, ...]]) -> None:
    found = intake.unfit({"input_schema": FORM}, given)

    assert [tuple(each.place) for each in found] == places


@pytest.mark.parametrize("form", [None, "", "null", "{", {"$ref": "elsewhere"}])
def test_without_a_form_that_can_be_read_everything_fits(form: Json) -> None:
    assert intake.unfit({"input_schema": form}, 7) == []
