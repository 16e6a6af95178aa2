"""A node type is one folder of a fixed shape, or one file in the folder of its service, found by being there."""

import ast
import importlib
import json
import re
import xml.etree.ElementTree as ET
from functools import cache

import pytest

from tests.house.tree import ROOT, Source, files, refuse, sources

# Below apps/nodes, and yet no node type: the services, and what makes node types of them.
DECLARED = "apps/nodes/declared/"
SERVICES = "apps/nodes/services/"
REQUIRED = ("__init__.py", "node.py", "test_node.py", "examples.json", "doc.md", "icon.svg")
# What a node may import beside the engine: values and pure functions of the standard library.
PURE = {
    "__future__", "base64", "binascii", "calendar", "collections", "copy", "csv", "dataclasses", "datetime", "decimal", "email", "enum",
    "functools", "gzip", "hashlib", "hmac", "html", "io", "itertools", "json", "math", "operator", "re", "string",
    "struct", "textwrap", "types", "typing", "unicodedata", "urllib.parse", "uuid", "xml.parsers.expat",
    "zipfile", "zlib", "zoneinfo",
}  # fmt: skip
# Folder → a library that it needs, and why the engine does not offer it. The list may only shrink.
LIBRARIES = {
    ("data_crypto", "cryptography"): "signatures that are the same each time touch no world",
}
SVG = "{http://www.w3.org/2000/svg}"
# Shapes only: the icon is sent to every editor, so it may not run, load or link anything.
SHAPES = {
    f"{SVG}{tag}"
    for tag in (
        "svg",
        "g",
        "path",
        "circle",
        "rect",
        "line",
        "polyline",
        "polygon",
        "ellipse",
        "title",
    )
}


@cache
def folders() -> list[str]:
    """The node folders: every folder directly below apps/nodes, but for those of declared operations."""
    return sorted(
        {
            name.split("/")[2]
            for name in files()
            if name.startswith("apps/nodes/") and name.count("/") > 2
            if not name.startswith((DECLARED, SERVICES))
        }
    )


@cache
def operations() -> list[str]:
    """The files of declared operations, as `service/operation`."""
    return sorted(
        name.removeprefix(SERVICES).removesuffix(".py")
        for name in files()
        if re.fullmatch(rf"{SERVICES}[^/]+/(?!test_|__init__|service\.)[^/]+\.py", name)
    )


def test_there_are_node_types() -> None:
    assert folders() != []


def test_every_node_folder_has_all_its_parts() -> None:
    refuse(
        (
            f"apps/nodes/{folder}: {part} is missing"
            for folder in folders()
            for part in REQUIRED
            if not (ROOT / "apps" / "nodes" / folder / part).is_file()
        ),
        f"A node folder holds {', '.join(REQUIRED)}:",
    )


def test_a_node_imports_the_engine_and_nothing_else() -> None:
    refuse(
        (
            f"{source.path}:{line}: imports {name}"
            for source in sources("apps/nodes/")
            if not source.is_test and source.path != "apps/nodes/__init__.py"
            for name, line in source.imports
            if not is_allowed(source, name)
        ),
        "A node touches the world only through ctx:",
    )


def is_allowed(source: Source, name: str) -> bool:
    own = "apps.nodes." + ".".join(source.parts[2 : 4 if source.path.startswith(SERVICES) else 3])
    within = ("apps.engine", own)
    if source.path.startswith(SERVICES) and name.rpartition(".")[0] == "apps.nodes.declared":
        return True
    return (
        name in within
        or name.startswith(tuple(f"{root}." for root in within))
        or any(name == module or name.startswith(f"{module}.") for module in PURE)
        or (source.parts[2], name.split(".", maxsplit=1)[0]) in LIBRARIES
    )


def test_no_library_of_a_node_is_named_without_need() -> None:
    used = {
        (source.parts[2], name.split(".")[0])
        for source in sources("apps/nodes/")
        if not source.is_test and len(source.parts) > 3
        for name, _ in source.imports
    }

    refuse(
        (f"{folder}: {name}" for folder, name in set(LIBRARIES) - used),
        "The list of libraries may only shrink:",
    )


def test_a_node_package_exports_its_node_and_nothing_else() -> None:
    refuse(
        (
            f"{source.path}: expected __all__ = ['NODE']"
            for source in sources("apps/nodes/")
            if source.path.endswith("/__init__.py") and source.path != "apps/nodes/__init__.py"
            if not source.path.startswith((DECLARED, SERVICES))
            if exported(source.tree) != ["NODE"]
        ),
        "The package of a node exports NODE:",
    )


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [
            "__all__"
        ]:
            return list(ast.literal_eval(node.value))
    return None


@pytest.mark.parametrize("folder", folders())
def test_a_folder_is_named_for_its_type(folder: str) -> None:
    node = importlib.import_module(f"apps.nodes.{folder}").NODE

    assert node.type.replace(":", "_") == folder, f"apps/nodes/{folder} holds the type {node.type}"
    assert re.fullmatch(r"[a-z]+:[a-z][a-z0-9_]*", node.type)


@pytest.mark.parametrize("operation", operations())
def test_a_file_of_a_service_is_named_for_its_operation(operation: str) -> None:
    module = importlib.import_module(f"apps.nodes.services.{operation.replace('/', '.')}")
    service = importlib.import_module(f"apps.nodes.services.{operation.partition('/')[0]}.service")

    assert [service.SERVICE.name, module.OPERATION.name] == operation.split("/"), operation
    assert re.fullmatch(r"[a-z]+/[a-z][a-z0-9_]*", operation)


def test_every_service_has_all_its_parts_and_nothing_beside_its_operations() -> None:
    names = {operation.split("/")[0] for operation in operations()}
    there = {name.removeprefix(SERVICES) for name in files() if name.startswith(SERVICES)}
    parts = {
        f"{name}/{part}" for name in names for part in ("__init__.py", "service.py", "icon.svg")
    }
    fitting = {f"{operation}.py" for operation in operations()} | parts | {"__init__.py"}

    refuse(
        [
            *(f"{SERVICES}{name} is missing" for name in parts - there),
            *(
                f"{SERVICES}{name}: a service has no such file"
                for name in there - fitting
                if not re.fullmatch(r"[^/]+/test_\w+\.py", name)
            ),
            *(
                f"{SERVICES}{name}/__init__.py is not empty"
                for name in ("", *names)
                if (ROOT / SERVICES / name / "__init__.py").read_bytes()
            ),
        ],
        "A service holds service.py, icon.svg, an empty __init__.py, and a file for each operation:",
    )


def test_examples_are_lists_of_objects() -> None:
    def problem(name: str) -> str | None:
        try:
            examples = json.loads((ROOT / name).read_text(encoding="utf-8"))
        except ValueError as reason:
            return f"{name}: {reason}"
        is_good = (
            isinstance(examples, list)
            and examples
            and all(isinstance(one, dict) for one in examples)
        )
        return None if is_good else f"{name}: expected a list of at least one object"

    refuse(
        (found for name in parts("examples.json") if (found := problem(name))),
        "examples.json holds the configurations that docs show and tests run:",
    )


def test_docs_of_a_node_open_with_its_title() -> None:
    refuse(
        (
            f"{name}: expected a '# Title' and at least a sentence"
            for name in parts("doc.md")
            for text in [(ROOT / name).read_text(encoding="utf-8")]
            if not re.match(r"# \S.*\n\n\S", text)
        ),
        "doc.md is the help panel of the editor:",
    )


def test_icons_are_shapes_that_cannot_act() -> None:
    def problem(name: str) -> str | None:
        text = (ROOT / name).read_text(encoding="utf-8")
        if "<!" in text or "<?" in text.removeprefix("<?xml"):
            return f"{name}: no comments, entities or instructions"
        try:
            root = ET.fromstring(text)  # noqa: S314 - our own file, and entities were refused above
        except ET.ParseError as reason:
            return f"{name}: {reason}"
        odd = [child.tag for child in root.iter() if child.tag not in SHAPES]
        acting = [
            key
            for child in root.iter()
            for key in child.attrib
            if key.startswith("on") or "href" in key
        ]
        return (
            f"{name}: {', '.join([*odd, *acting])}"
            if odd or acting or "viewBox" not in root.attrib
            else None
        )

    refuse(
        (found for name in parts("icon.svg") if (found := problem(name))),
        "icon.svg has a viewBox and plain shapes only:",
    )


def parts(part: str) -> list[str]:
    where = r"apps/nodes/(services/)?[^/]+/"
    return [name for name in files() if re.fullmatch(rf"{where}{re.escape(part)}", name)]
