"""The node types that a process knows, and the catalogue that ships."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.engine.errors import RegistryError
from apps.engine.node import describe
from apps.engine.registry import Registry
from apps.engine.testing import STAND_IN
from apps.nodes import catalogue

OTHER = replace(STAND_IN, type="a:other")


def test_types_are_found_by_name_and_told_in_order() -> None:
    registry = Registry([STAND_IN, OTHER])

    assert registry.get("a:other") is OTHER
    assert [kind.type for kind in registry] == ["a:other", "test:stand_in"]
    assert len(registry) == 2
    assert "a:other" in registry
    assert "a:third" not in registry


def test_a_name_is_never_shared() -> None:
    registry = Registry([OTHER])

    with pytest.raises(RegistryError, match="two node types are called a:other"):
        registry.register(replace(STAND_IN, type="a:other"))
    assert registry.get("a:other") is OTHER


def test_an_unknown_name_is_refused() -> None:
    registry = Registry([OTHER])

    assert registry.find("a:othr") is None
    with pytest.raises(RegistryError, match="no node type called a:othr"):
        registry.get("a:othr")


def test_the_catalogue_holds_every_folder_with_its_doc_and_icon() -> None:
    kinds = {kind.type: kind for kind in catalogue()}

    assert set(kinds) >= {
        "trigger:webhook",
        "trigger:manual",
        "trigger:schedule",
        "action:http",
        "action:transform",
        "action:formula",
        "action:set",
        "action:respond",
        "control:if",
        "control:switch",
        "control:merge",
        "control:delay",
        "control:stop_and_error",
        "control:no_op",
    }
    for kind in kinds.values():
        assert kind.doc.startswith("# ")
        assert kind.icon.startswith("<svg")
        assert kind.examples
        assert describe(kind)["type"] == kind.type


def test_only_what_acts_on_the_world_is_external() -> None:
    acting = {kind.type for kind in catalogue() if kind.effect == "external"}

    assert {name for name in acting if name.startswith(("action:", "control:", "data:"))} == {
        "action:email",
        "action:http",
        "data:file",
    }
    services = {"github", "slack"}
    assert acting >= {kind.type for kind in catalogue() if kind.category in services}
    assert acting >= {kind.type for kind in catalogue() if kind.type.startswith("llm:")}
