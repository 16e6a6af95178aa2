"""A migration runs once per tenant: it can go back, rewrites no table, and blocks no writer."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import Source, contexts, dotted, idle, migrations, refuse

REWRITES = re.compile(
    r"ALTER\s+COLUMN\s+\S+\s+(SET\s+DATA\s+)?TYPE|VACUUM\s+FULL|\bCLUSTER\b|SET\s+(UN)?LOGGED|SET\s+TABLESPACE",
    re.IGNORECASE,
)
BLOCKING_INDEX = re.compile(r"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", re.IGNORECASE)
# An old process still runs while the new tables appear: its names must not vanish under it.
BREAKS_THE_OLD_RELEASE = {"RenameField", "RenameModel", "AlterModelTable"}
CHANGES_A_COLUMN = {"AlterField"}

# "path:operation" → why it rewrites nothing.
ALLOWED: dict[str, str] = {
    "apps/workflows/migrations/0002_triggers_of_calls_and_errors.py:AlterField": "only its choices, which the database does not know",
    "apps/executions/migrations/0010_what_failed_is_found_and_what_is_gone_is_counted.py:AddIndex": "made beside it, month by month and concurrently",
    "apps/webhooks/migrations/0002_what_was_not_accepted_is_found.py:AddIndex": "made beside it, month by month and concurrently",
    "apps/tenants/migrations/0016_leaving.py:AlterField": "only its choices; the constraint beside it is new",
}


def operations(source: Source) -> Iterator[tuple[str, ast.Call]]:
    for call in source.nodes(ast.Call):
        name = dotted(call.func).split(".")[-1]
        if name in {"RunSQL", "RunPython"} or name[:1].isupper():
            yield name, call


def options(call: ast.Call) -> dict[str | None, ast.expr]:
    return {option.arg: option.value for option in call.keywords}


def created_here(source: Source) -> set[str]:
    """Models that this migration makes: what is new holds no rows, so nothing about it is slow."""
    return {
        str(value.value).lower()
        for name, call in operations(source)
        if name == "CreateModel"
        for value in [options(call).get("name") or (call.args[0] if call.args else None)]
        if isinstance(value, ast.Constant)
    }


def touches_old_rows(source: Source, call: ast.Call) -> bool:
    model = options(call).get("model_name")
    return not (
        isinstance(model, ast.Constant) and str(model.value).lower() in created_here(source)
    )


def test_every_migration_can_go_back() -> None:
    def is_one_way(name: str, call: ast.Call) -> bool:
        reverse = {"RunSQL": "reverse_sql", "RunPython": "reverse_code"}.get(name)
        return reverse is not None and reverse not in options(call) and len(call.args) < 2

    refuse(
        (
            source.at(call, f"{name} has no reverse")
            for source in migrations()
            for name, call in operations(source)
            if is_one_way(name, call)
        ),
        "RunSQL takes reverse_sql and RunPython reverse_code (noop, if there is nothing to undo):",
    )


def test_no_migration_rewrites_a_table() -> None:
    refuse(
        (trespass for source in migrations() for trespass in rewrites(source)),
        "A rewrite locks the table for every tenant; add a column, fill it in batches, swap:",
    )


def rewrites(source: Source) -> list[str]:
    found = [
        source.at(text, f"{text.value.strip().splitlines()[0][:60]!r} rewrites the table")
        for text in source.nodes(ast.Constant)
        if isinstance(text.value, str) and REWRITES.search(text.value)
    ]
    for name, call in operations(source):
        if f"{source.path}:{name}" in ALLOWED or not touches_old_rows(source, call):
            continue
        if name in BREAKS_THE_OLD_RELEASE:
            found.append(source.at(call, f"{name} breaks the release that still runs"))
        if name in CHANGES_A_COLUMN:
            found.append(source.at(call, f"{name} may rewrite; if it does not, say why in ALLOWED"))
        if name == "AddField" and has_volatile_default(call):
            found.append(source.at(call, "a default computed per row rewrites the table"))
    return found


def has_volatile_default(call: ast.Call) -> bool:
    field = options(call).get("field")
    return isinstance(field, ast.Call) and any(
        name in options(field) and isinstance(options(field)[name], ast.Call)
        for name in ("db_default",)
    )


def test_indexes_on_old_tables_are_built_concurrently() -> None:
    refuse(
        (
            source.at(call, f"{name} blocks writers")
            for source in migrations()
            for name, call in operations(source)
            if not source.parts[-1].startswith("0001_")
            if (name == "AddIndex" and touches_old_rows(source, call))
            or (name == "RunSQL" and blocks(call))
            if f"{source.path}:{name}" not in ALLOWED
        ),
        "AddIndexConcurrently (atomic = False) lets others write meanwhile:",
    )


def blocks(call: ast.Call) -> bool:
    return any(
        isinstance(text, ast.Constant)
        and isinstance(text.value, str)
        and BLOCKING_INDEX.search(text.value)
        for text in ast.walk(call)
    )


def test_every_context_with_tables_has_a_first_migration() -> None:
    first = {source.context for source in migrations() if source.parts[-1].startswith("0001_")}
    have = {source.context for source in migrations()}

    assert have - first == set()
    assert first <= set(contexts())


def test_no_allowance_outlives_its_migration() -> None:
    used = {f"{source.path}:{name}" for source in migrations() for name, _ in operations(source)}

    refuse(idle(ALLOWED, used), "Allowances without need:")
