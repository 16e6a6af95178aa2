"""The same small set of file names in every context, and none of the names that mean nobody decided."""

import runpy
import tomllib
from pathlib import PurePosixPath
from typing import Any

from tests.house.tree import NOT_CONTEXTS, ROOT, contexts, files, refuse, sources

LAYERS = {
    "apps", "urls", "handlers", "api", "tasks", "consumers", "admin", "management", "facade",
    "services", "queries", "models", "rules", "events", "errors", "migrations", "__init__",
}  # fmt: skip
API_FILES = {
    "__init__",
    "serializers",
    "views",
    "graphql",
    "authentication",
    "middleware",
    "throttles",
    "guards",
}
BANNED = {
    "util", "utils", "helper", "helpers", "common", "constants", "types", "manager", "managers",
    "misc", "shared", "stuff",
}  # fmt: skip
# A feature of the front end keeps its shapes in types.ts; the word has a meaning there.
BANNED_IN_FRONTEND = BANNED - {"types", "shared"}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contract(name_start: str) -> dict[str, Any]:
    return next(
        contract
        for contract in pyproject()["tool"]["importlinter"]["contracts"]
        if contract["name"].startswith(name_start)
    )


def test_a_context_holds_only_the_known_files() -> None:
    refuse(
        (
            f"{name}: a context has no such file"
            for name in files()
            for parts in [PurePosixPath(name).parts]
            if parts[0] == "apps" and len(parts) > 2 and parts[1] in contexts()
            if PurePosixPath(parts[2]).stem not in LAYERS or not name.endswith(".py")
        ),
        f"A context holds these and nothing else: {', '.join(sorted(LAYERS))}:",
    )


def test_an_api_package_holds_only_the_known_files() -> None:
    refuse(
        (
            f"{source.path}: an api package has no such file"
            for source in sources("apps/")
            if source.layer == "api" and len(source.parts) > 3
            if source.parts[3].removesuffix(".py") not in API_FILES
        ),
        f"api/ holds these and nothing else: {', '.join(sorted(API_FILES))}:",
    )


def test_every_context_has_the_files_a_reader_looks_for() -> None:
    def lacks(context: str, layer: str) -> bool:
        folder = ROOT / "apps" / context
        return not (folder / f"{layer}.py").is_file() and not (folder / layer).is_dir()

    refuse(
        (
            f"apps/{context}: {layer} is missing"
            for context in contexts()
            for layer in (
                "services",
                "errors",
                *(() if lacks(context, "models") else ("queries", "migrations")),
            )
            if lacks(context, layer)
        ),
        "Every context has services and errors; with tables also queries and migrations:",
    )


def test_no_file_name_means_that_nobody_decided() -> None:
    def words(name: str) -> set[str]:
        return {
            PurePosixPath(part).name.split(".")[0].strip("_") for part in PurePosixPath(name).parts
        }

    refuse(
        (
            f"{name}: say what it holds"
            for name in files()
            if name.startswith(("apps/", "gorax/", "tests/", "frontend/src/"))
            if name.endswith((".py", ".ts", ".tsx"))
            if words(name) & (BANNED_IN_FRONTEND if name.startswith("frontend/") else BANNED)
        ),
        f"These names are banned: {', '.join(sorted(BANNED))}:",
    )


def test_every_django_app_stands_in_both_contracts_and_in_the_settings() -> None:
    floors = {
        name.strip() for layer in contract("The floors: ")["layers"] for name in layer.split("|")
    }
    containers = set(contract("The floors inside a context")["containers"])
    settings = runpy.run_path(str(ROOT / "gorax" / "settings" / "tenancy.py"))
    installed = {name for name in settings["INSTALLED_APPS"] if name.startswith("apps.")}
    apps = {f"apps.{context}" for context in contexts()}

    refuse(
        [
            *(f"{app.replace('.', '/')} is on no floor" for app in apps - floors),
            *(
                f"{app.replace('.', '/')} is no container of the inner floors"
                for app in apps - containers
            ),
            *(
                f"{app.replace('.', '/')} is not in SHARED_APPS or TENANT_APPS"
                for app in apps - installed
            ),
            *(f"{app} is installed but has no apps.py" for app in installed - apps - {"apps.core"}),
        ],
        "A Django app stands in pyproject.toml's two layer contracts and in gorax/settings/tenancy.py:",
    )


def test_every_package_of_the_product_stands_on_a_floor() -> None:
    floors = {
        name.strip() for layer in contract("The floors: ")["layers"] for name in layer.split("|")
    }
    packages = {f"apps.{source.parts[1]}" for source in sources("apps/") if len(source.parts) > 2}

    refuse(
        (f"{name.replace('.', '/')} is on no floor" for name in packages - floors),
        "No room without a floor:",
    )


def test_contexts_and_the_product_itself_have_empty_packages() -> None:
    roots = ["apps/__init__.py", *(f"apps/{context}/__init__.py" for context in contexts())]

    refuse(
        (
            f"{source.path}: strangers come in by facade.py, not by the package"
            for source in sources("apps/")
            if source.path in roots and source.tree.body
        ),
        "These __init__.py stay empty:",
    )


def test_the_kernel_packages_are_no_django_contexts() -> None:
    found = {source.parts[1] for source in sources("apps/") if source.parts[2:] == ("models.py",)}

    assert found & (NOT_CONTEXTS - {"core"}) == set()
