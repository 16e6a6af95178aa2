"""Every law of the house, broken once: tests of this folder, import contracts, types, format, deployment files."""

from tests.house.planting import Trespass

NODE = "apps/nodes/action_planted"
NODE_PARTS = (
    (
        f"{NODE}/__init__.py",
        'from apps.nodes.action_planted.node import NODE\n\n__all__ = ["NODE"]\n',
    ),
    (f"{NODE}/node.py", 'class NODE:\n    type = "action:planted"\n'),
    (f"{NODE}/test_node.py", "def test_a_planted_node_exists() -> None:\n    assert True\n"),
    (f"{NODE}/examples.json", "[{}]\n"),
    (f"{NODE}/doc.md", "# Planted\n\nA sentence.\n"),
    (
        f"{NODE}/icon.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0"/></svg>\n',
    ),
)
MIGRATION = "apps/workflows/migrations/0999_planted.py"
SERVICE = "apps/webhooks/services/planted.py"
TEST = "tests/house/test_planted.py"
# Written in two pieces, so that this file does not trip over what it plants.
ESCAPE = "# no" + "qa: E711"
REMINDER = "TO" + "DO: later"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "A" * 64
HOME = "/ro" + "ot/gorax"


def without(part: str) -> tuple[tuple[str, str], ...]:
    """A whole planted node, but for one of its parts."""
    return tuple((path, text) for path, text in NODE_PARTS if path != f"{NODE}/{part}")


def operation(call: str) -> str:
    return (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    operations = [{call}]\n"
    )


def house(check: str, law: str, path: str, **how: object) -> Trespass:
    return Trespass(law=law, check=f"house:{check}", path=path, **how)  # type: ignore[arg-type]  # checked by the dataclass's users below


FRONT_DOORS = (
    house("test_front_doors.py::test_contexts_meet_only_at_their_front_doors",
          "no stranger imports a context's models", SERVICE, write="from apps.workflows import models\n"),
    house("test_front_doors.py::test_no_import_hides_in_a_string",
          "no import hides in a string", SERVICE,
          write='from importlib import import_module\n\nA = import_module("apps.workflows.models")\n'),
    house("test_front_doors.py::test_foreign_keys_point_down_by_name_and_leave_no_trace_above",
          "foreign keys point down", "apps/dispatch/services/planted.py",
          write='from django.db import models\n\nA = models.ForeignKey("workflows.Workflow", models.CASCADE, related_name="+")\n'),
)  # fmt: skip
SHAPES = (
    house("test_shapes.py::test_a_context_holds_only_the_known_files",
          "a context holds only known files", "apps/webhooks/notes.txt", write="a\n"),
    house("test_shapes.py::test_an_api_package_holds_only_the_known_files",
          "api/ holds only known files", "apps/webhooks/api/planted.py", write="A = 1\n"),
    house("test_shapes.py::test_every_context_has_the_files_a_reader_looks_for",
          "every context has its errors", "apps/dispatch/errors.py", remove=True, names="apps/dispatch: errors is missing"),
    house("test_shapes.py::test_no_file_name_means_that_nobody_decided",
          "no utils.py", "apps/webhooks/utils.py", write="A = 1\n"),
    house("test_shapes.py::test_every_django_app_stands_in_both_contracts_and_in_the_settings",
          "every app stands in contracts and settings", "apps/planted/apps.py", write="A = 1\n", names="apps/planted"),
    house("test_shapes.py::test_every_package_of_the_product_stands_on_a_floor",
          "every package stands on a floor", "apps/planted/one.py", write="A = 1\n", names="apps/planted"),
    house("test_shapes.py::test_contexts_and_the_product_itself_have_empty_packages",
          "packages of contexts are empty", "apps/workflows/__init__.py", append="A = 1\n"),
    house("test_shapes.py::test_the_kernel_packages_are_no_django_contexts",
          "the engine has no tables", "apps/engine/models.py", write="A = 1\n", names="engine"),
)  # fmt: skip
SIZES = (
    house("test_sizes.py::test_no_file_outgrows_its_limit",
          "no file above 400 lines", "apps/core/planted.py", write="A = 1\n" * 401),
    house("test_sizes.py::test_no_file_outgrows_its_limit",
          "what only helps tests is no test", "apps/core/planted_testing.py", write="A = 1\n" * 401),
    house("test_sizes.py::test_no_file_outgrows_its_limit",
          "no component above 250 lines", "frontend/src/features/planted.tsx", write="// a\n" * 251),
    house("test_sizes.py::test_no_function_outgrows_its_limit",
          "no function above 60 lines", "apps/core/planted.py", write="def plant() -> None:\n" + "    print\n" * 60),
    house("test_sizes.py::test_the_list_of_grandfathers_only_shrinks",
          "nobody is grandfathered without need", "tests/house/test_sizes.py",
          swap=("GRANDFATHERED: dict[str, int] = {}", 'GRANDFATHERED: dict[str, int] = {"manage.py": 500}'), names="manage.py"),
)  # fmt: skip
NODES = (
    house("test_nodes.py::test_there_are_node_types", "there are node types", "apps/nodes", remove=True, names="[] != []"),
    house("test_nodes.py::test_every_node_folder_has_all_its_parts",
          "a node has its doc.md", f"{NODE}/__init__.py", write="", beside=without("doc.md"), names=f"{NODE}: doc.md is missing"),
    house("test_nodes.py::test_a_node_imports_the_engine_and_nothing_else",
          "a node imports the engine alone", f"{NODE}/node.py", write="import httpcore2\n", beside=without("node.py")),
    house("test_nodes.py::test_no_library_of_a_node_is_named_without_need",
          "a node's library is used", "tests/house/test_nodes.py",
          swap=("LIBRARIES = {", 'LIBRARIES = {("data_planted", "planted"): "",'), names="data_planted: planted"),
    house("test_nodes.py::test_a_node_package_exports_its_node_and_nothing_else",
          "a node exports NODE alone", f"{NODE}/__init__.py", write="from apps.nodes.action_planted.node import NODE\n",
          beside=without("__init__.py")),
    house("test_nodes.py::test_a_folder_is_named_for_its_type",
          "a node's folder is its type", f"{NODE}/node.py", write='class NODE:\n    type = "action:other"\n',
          beside=without("node.py"), names=f"{NODE} holds the type action:other"),
    house("test_nodes.py::test_a_file_of_a_service_is_named_for_its_operation",
          "a service's file is its operation", "apps/nodes/services/slack/planted.py",
          write='class OPERATION:\n    name = "other"\n', names="slack/planted"),
    house("test_nodes.py::test_every_service_has_all_its_parts_and_nothing_beside_its_operations",
          "a service holds nothing else", "apps/nodes/services/slack/notes.txt", write="a\n"),
    house("test_nodes.py::test_examples_are_lists_of_objects",
          "examples are objects", f"{NODE}/examples.json", write="[]\n", beside=without("examples.json")),
    house("test_nodes.py::test_docs_of_a_node_open_with_its_title",
          "a node's help has a title", f"{NODE}/doc.md", write="Planted\n", beside=without("doc.md")),
    house("test_nodes.py::test_icons_are_shapes_that_cannot_act",
          "icons cannot act", f"{NODE}/icon.svg", beside=without("icon.svg"),
          write='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>1</script></svg>\n'),
)  # fmt: skip
PURITY = (
    house("test_purity.py::test_engine_and_nodes_load_no_framework",
          "the engine loads no framework", "apps/engine/planted.py", write="import django\n", names="django was loaded"),
    house("test_purity.py::test_an_idle_worker_or_web_process_loads_no_heavy_sdk",
          "idle processes load no heavy SDK", "gorax/urls_public.py", append="import boto3\n", names="boto3 was loaded"),
    house("test_purity.py::test_decisions_see_neither_clock_nor_chance_nor_world",
          "the engine sees no chance", "apps/engine/planted.py", write="import random\n"),
    house("test_purity.py::test_decisions_see_neither_clock_nor_chance_nor_world",
          "the engine sees no clock", "apps/engine/planted.py",
          write="from datetime import datetime, timezone\n\nA = datetime.now(timezone.utc)\n"),
    house("test_purity.py::test_nobody_may_look_outside_without_need",
          "nobody may look outside without need", "tests/house/test_purity.py",
          swap=("MAY_LOOK_OUTSIDE = {", 'MAY_LOOK_OUTSIDE = {"apps/planted.py": "",'), names="apps/planted.py"),
    house("test_patterns.py::test_no_pattern_repeats_a_choice_possessively",
          "no pattern is misread by an older Python", "apps/engine/planted.py",
          write='import re\n\nA = re.compile(r"(?:a|bc)*+")\n'),
)  # fmt: skip
WAYS_OUT = (
    house("test_ways_out.py::test_every_way_out_is_known",
          "no unknown file opens connections", SERVICE, write="from http.client import HTTPConnection\n"),
    house("test_ways_out.py::test_every_way_out_is_known",
          "no unknown file calls by our own client", SERVICE, write="from apps.adapters.http import GuardedHttp\n"),
    house("test_ways_out.py::test_no_way_out_is_listed_without_need",
          "no way out is listed without need", "tests/house/test_ways_out.py",
          swap=("OF_OPERATORS = {", 'OF_OPERATORS = {"apps/planted.py": "",'), names="apps/planted.py"),
    house("test_ways_out.py::test_what_is_said_to_prove_a_way_out_is_there",
          "what proves a way out is there", "tests/adapters/test_callers.py", remove=True, names="tests/adapters/test_callers.py"),
)  # fmt: skip
SECURITY_PAGE = (
    house("test_security_page.py::test_every_section_has_a_row",
          "no section of ASVS is forgotten", "docs/explanation/security.md", swap=("| V4.4 WebSocket |", "| WebSocket |"), names="4.4"),
    house("test_security_page.py::test_what_holds_names_proofs_and_what_is_not_there_names_none",
          "what holds is proven", "docs/explanation/security.md",
          swap=("| – | there is none | |", "| holds | there is none | |"), names="4.3"),
    house("test_security_page.py::test_every_proof_on_the_page_exists",
          "proofs on the page exist", "docs/explanation/security.md", append="`tests/planted.py`\n", names="tests/planted.py"),
)  # fmt: skip
PROMISES = (
    house("test_promises.py::test_what_strangers_call_has_a_docstring",
          "a facade's functions have docstrings", "apps/workflows/facade.py", append="def plant() -> None:\n    return\n"),
    house("test_promises.py::test_a_docstring_says_more_than_the_name",
          "a docstring is no paraphrase", "apps/engine/planted.py",
          write='def get_plant() -> int:\n    """Return the plant."""\n    return 1\n'),
    house("test_promises.py::test_the_engine_lists_exactly_the_names_it_offers",
          "the engine lists what it offers", "apps/engine/__init__.py", append="from apps.engine.graph import Graph as Planted\n"),
)  # fmt: skip
ENVIRONMENT = (
    house("test_environment.py::test_only_one_file_reads_the_environment",
          "one file reads the environment", "apps/core/planted.py", write='import os\n\nA = os.environ["A"]\n'),
    house("test_environment.py::test_no_one_is_allowed_to_read_the_environment_without_need",
          "nobody may read it without need", "tests/house/test_environment.py",
          swap=('MAY_READ = {\n', 'MAY_READ = {\n    "gorax/planted/": "",\n'), names="gorax/planted/"),
)  # fmt: skip
ENTRY_POINTS = (
    house("test_entry_points.py::test_rules_events_and_errors_know_no_framework",
          "errors know no Django", "apps/dispatch/errors.py", append="import django\n"),
    house("test_entry_points.py::test_services_and_queries_know_neither_http_nor_celery",
          "services know no HTTP", SERVICE, write="from rest_framework import status\n"),
    house("test_entry_points.py::test_entry_points_leave_the_tables_to_services_and_queries",
          "entry points leave the tables alone", "apps/executions/tasks.py",
          append="def plant(model: type) -> object:\n    return model.objects.all()\n"),
    house("test_entry_points.py::test_no_state_is_left_in_the_broker",
          "no waiting in the broker", "apps/executions/tasks.py",
          append="def plant(task: object) -> None:\n    task.apply_async(countdown=60)\n"),
    house("test_entry_points.py::test_one_file_decides_who_called",
          "one file decides who called", "apps/webhooks/api/graphql.py",
          write='def plant(request: object) -> object:\n    return request.META["REMOTE_ADDR"]\n'),
    house("test_entry_points.py::test_no_service_may_name_the_wire_without_need",
          "no service names the wire without need", "tests/house/test_entry_points.py",
          swap=("MAY_NAME_THE_WIRE = {", 'MAY_NAME_THE_WIRE = {"apps/planted.py": "",'), names="apps/planted.py"),
)  # fmt: skip
FACTS = (
    house("test_facts.py::test_a_facade_hands_out_no_rows", "a facade hands out no rows", "apps/workflows/facade.py",
          append="from apps.workflows.models import Workflow\n\n\ndef plant() -> Workflow:\n    return Workflow()\n"),
    house("test_facts.py::test_events_are_frozen_facts", "events are frozen", "apps/workflows/events.py",
          append="@dataclass\nclass Planted:\n    a: int\n"),
    house("test_facts.py::test_every_failure_has_a_code_of_its_own", "failures have codes of their own", "apps/tenants/errors/__init__.py",
          append="class PlantedError(NotFoundError):\n    pass\n"),
)  # fmt: skip
PERMISSIONS = (
    house("test_permissions.py::test_every_view_class_declares_who_may_call_it",
          "a view class declares its permission", "apps/webhooks/api/graphql.py",
          write="from rest_framework.views import APIView\n\n\nclass Planted(APIView):\n    pass\n"),
    house("test_permissions.py::test_every_view_class_declares_who_may_call_it",
          "letting strangers in has a reason", "apps/webhooks/api/graphql.py",
          write="from rest_framework.views import APIView\n\n\nclass Planted(APIView):\n    permission_classes = [Public]\n"),
    house("test_permissions.py::test_every_socket_declares_who_may_listen",
          "a socket declares its permission", "apps/webhooks/consumers.py",
          write="from channels.generic.websocket import WebsocketConsumer\n\n\nclass Planted(WebsocketConsumer):\n    pass\n"),
    house("test_permissions.py::test_every_view_function_declares_who_may_call_it",
          "a view function declares its permission", "apps/webhooks/api/graphql.py",
          write="def plant(request: HttpRequest) -> HttpResponse:\n    return HttpResponse()\n"),
)  # fmt: skip
MIGRATIONS = (
    house("test_migrations.py::test_every_migration_can_go_back",
          "a migration can go back", MIGRATION, write=operation('migrations.RunSQL("SELECT 1")')),
    house("test_migrations.py::test_no_migration_rewrites_a_table",
          "no migration rewrites a table", MIGRATION,
          write=operation('migrations.RunSQL("ALTER TABLE a ALTER COLUMN b TYPE text", "")')),
    house("test_migrations.py::test_no_migration_rewrites_a_table",
          "no column changes its type", MIGRATION,
          write=operation('migrations.AlterField(model_name="workflow", name="name", field=models.TextField())')),
    house("test_migrations.py::test_indexes_on_old_tables_are_built_concurrently",
          "indexes are built concurrently", MIGRATION,
          write=operation('migrations.AddIndex(model_name="workflow", index=models.Index(fields=["name"], name="a"))')),
    house("test_migrations.py::test_every_context_with_tables_has_a_first_migration",
          "migrations have a first one", "apps/planted/migrations/0002_planted.py", write=operation(""),
          beside=(("apps/planted/apps.py", ""),), names="planted"),
    house("test_migrations.py::test_no_allowance_outlives_its_migration",
          "no migration is excused for ever", "tests/house/test_migrations.py",
          swap=("ALLOWED: dict[str, str] = {", 'ALLOWED: dict[str, str] = {"apps/planted.py:AlterField": "",'), names="apps/planted.py"),
)  # fmt: skip
TESTS = (
    house("test_tests.py::test_no_test_is_skipped", "no test is skipped", TEST,
          write="import pytest\n\n\n@pytest.mark.skip\ndef test_a_planted_one() -> None:\n    assert True\n"),
    house("test_tests.py::test_nobody_sleeps_through_real_time", "nobody sleeps", TEST,
          write="import time\n\n\ndef test_a_planted_one() -> None:\n    time.sleep(1)\n"),
    house("test_tests.py::test_every_test_asserts_something", "every test asserts", TEST,
          write="def test_a_planted_one() -> None:\n    print(1)\n"),
    house("test_tests.py::test_a_test_is_named_by_a_sentence", "tests are named by sentences", TEST,
          write="def test_it() -> None:\n    assert True\n"),
    house("test_tests.py::test_no_class_wraps_tests", "no classes of tests", TEST,
          write="class TestPlanted:\n    def test_a_planted_one(self) -> None:\n        assert True\n"),
    house("test_tests.py::test_every_folder_of_tests_is_a_package", "folders of tests are packages",
          "tests/planted/test_planted.py", write="", names="tests/planted/__init__.py"),
    house("test_tests.py::test_no_allowance_is_idle", "nobody may sleep without need", "tests/house/test_tests.py",
          swap=("MAY_SLEEP: dict[str, str] = {", 'MAY_SLEEP: dict[str, str] = {"apps/planted.py": "",'), names="apps/planted.py"),
)  # fmt: skip
TIDINESS = (
    house("test_tidiness.py::test_nobody_leaves_a_reminder", "no reminders", "apps/core/planted.py", write=f"# {REMINDER}\n"),
    house("test_tidiness.py::test_no_text_names_a_path_of_one_machine",
          "no paths of one machine", "docs/explanation/planted.md", write=f"See {HOME}.\n"),
    house("test_tidiness.py::test_no_credential_lies_in_the_tree",
          "no credentials", "docs/explanation/planted.md", write=f"{KEY}\n"),
    house("test_tidiness.py::test_no_file_is_heavy", "no heavy files", "static/planted.svg", write="a" * 600_000),
    house("test_tidiness.py::test_no_function_is_a_stub", "no stubs", "apps/core/planted.py",
          write="def plant() -> None:\n    raise NotImplementedError\n"),
    house("test_tidiness.py::test_every_escape_from_a_rule_says_why",
          "escapes say why", "apps/core/planted.py", write=f"A = 1  {ESCAPE}\n"),
    house("test_tidiness.py::test_no_allowance_is_idle", "no idle allowances", "tests/house/test_tidiness.py",
          swap=("MAY_NAME_PATHS: dict[str, str] = {", 'MAY_NAME_PATHS: dict[str, str] = {"apps/planted.py": "",'), names="apps/planted.py"),
)  # fmt: skip
DOCUMENTS = (
    house("test_documents.py::test_the_documents_a_newcomer_needs_exist",
          "there is a changelog", "CHANGELOG.md", remove=True),
    house("test_documents.py::test_links_lead_somewhere", "links lead somewhere", "docs/index.md", append="[a](planted.md)\n"),
    house("test_documents.py::test_every_document_that_is_named_exists",
          "named documents exist", "apps/core/planted.py", write="# See docs/planted.md.\n"),
    house("test_documents.py::test_every_decision_that_is_named_exists",
          "named decisions exist", "apps/core/planted.py", write="# See docs/adr/9999.\n"),
    house("test_documents.py::test_a_decision_is_half_a_page_titled_by_its_conclusion",
          "a decision is titled by its conclusion", "docs/adr/9999-planted.md", write="# Planted\n"),
    house("test_documents.py::test_the_changelog_keeps_its_form", "the changelog keeps its form", "CHANGELOG.md",
          swap=("## [Unreleased]", "## Soon")),
    house("test_documents.py::test_every_dependency_has_its_reason", "a dependency has its reason", "pyproject.toml",
          swap=("dependencies = [", 'dependencies = [\n  "planted",'), names="planted"),
    house("test_documents.py::test_every_call_that_a_door_is_said_to_offer_is_there", "doors offer what is told of them",
          "docs/explanation/contexts.md", swap=("# dispatch.facade ", "# dispatch.facade \nplanted(a) -> None\n# "), names="planted"),
    house("test_documents.py::test_the_map_of_documents_is_complete",
          "the map of documents is complete", "docs/explanation/planted.md", write="# Planted\n"),
)  # fmt: skip
SEEDS = (
    house("test_seeds.py::test_no_row_is_missing_and_none_is_told_twice",
          "no row of the founding documents is missing", "docs/reference/seeds.md", swap=("| A57 |", "| A58 |")),
    house("test_seeds.py::test_every_row_is_here_or_names_the_issue_that_brings_it",
          "a row names a real issue", "docs/reference/seeds.md", swap=("| D G |", "| Z |")),
    house("test_seeds.py::test_every_row_that_is_here_names_paths_that_exist",
          "what is here can be opened", "docs/reference/seeds.md",
          swap=("`gorax/settings/environment.py`", "`gorax/settings/planted.py`"), names="gorax/settings/planted.py"),
    house("test_seeds.py::test_rows_say_something", "a row says something", "docs/reference/seeds.md",
          swap=("| A canvas to build graphs on |", "| Canvas |")),
)  # fmt: skip
PROOFS = (
    house("test_proof.py::test_make_lint_runs_every_tool_that_is_proved", "make lint runs what is proved", "Makefile",
          swap=("$(BIN)/lint-imports", "true"), names="lint-imports"),
    house("test_proof.py::test_make_lint_runs_every_tool_that_is_proved", "make lint checks the screen", "Makefile",
          swap=("gorax.stack check", "gorax.stack build"), names="gorax.stack check"),
    house("test_proof.py::test_every_law_has_a_trespass", "every law has a trespass", "tests/house/test_proof.py",
          append="def test_a_law_without_a_trespass() -> None:\n    assert True\n", names="test_a_law_without_a_trespass"),
    house("test_proof.py::test_every_selected_family_of_ruff_has_a_trespass",
          "every family of ruff has a trespass", "pyproject.toml", swap=('"RSE",', '"RSE", "FLY",'), names="FLY"),
    house("test_proof.py::test_every_import_contract_has_a_trespass", "every contract has a trespass", "pyproject.toml",
          append='[[tool.importlinter.contracts]]\nname = "Planted"\ntype = "independence"\nmodules = ["apps.core", "apps.nodes"]\n',
          names="Planted"),
)  # fmt: skip
CONTRACTS = (
    Trespass(law="The floors: workflows import no executions", check="imports",
             path="apps/workflows/errors.py", append="from apps.executions import errors\n",
             names="apps.workflows.errors -> apps.executions.errors"),
    Trespass(law="The floors: nothing imports the roof", check="imports", path="apps/core/planted.py",
             write="from gorax.settings import environment\n", names="apps.core.planted -> gorax.settings"),
    Trespass(law="The engine and the nodes are plain Python: no Django", check="imports",
             path="apps/engine/planted.py", write="import django\n", names="apps.engine.planted -> django"),
    Trespass(law="The engine and the nodes are plain Python: no HTTP client", check="imports",
             path="apps/nodes/planted.py", write="import httpcore2\n", names="apps.nodes.planted -> httpcore2"),
    Trespass(law="The engine has no circles", check="imports", path="apps/engine/planted.py",
             write="from apps.engine import planted_too\n",
             beside=(("apps/engine/planted_too.py", "from apps.engine import planted\n"),), names="planted_too"),
    Trespass(law="The floors inside a context, and no other files: services name no tasks", check="imports",
             path="apps/executions/services/planted.py", write="from apps.executions import tasks\n",
             names="apps.executions.services.planted -> apps.executions.tasks"),
    Trespass(law="The floors inside a context, and no other files: no utils", check="imports",
             path="apps/webhooks/utils.py", write="A = 1\n", names="webhooks.utils"),
)  # fmt: skip
TOOLS = (
    Trespass(law="types hold", check="types", path="apps/engine/planted.py", write='def plant() -> int:\n    return "one"\n'),
    Trespass(law="every function is typed", check="types", path="apps/engine/planted.py", write="def plant(a):\n    return a\n"),
    Trespass(law="what is swift is frozen", check="types", path="apps/engine/planted.py",
             write='from apps.engine.frontier import OpenStep\n\n\ndef plant(step: OpenStep) -> None:\n    step.attempt = 2\n'),
    Trespass(law="files are formatted", check="format", path="apps/core/planted.py", write="A   =  1\n"),
    Trespass(law="the compose file is one", check="compose", path="docker/compose.yaml", append="planted: 1\n"),
    Trespass(law="the Dockerfile follows good practice", check="dockerfile", path="docker/Dockerfile",
             append="FROM debian:latest\nRUN cd /opt && sudo apt-get install curl\n"),
    Trespass(law="the CI workflow is one", check="actions", path=".github/workflows/ci.yml", append="planted: 1\n"),
)  # fmt: skip

TRESPASSES = (
    *FRONT_DOORS, *SHAPES, *SIZES, *NODES, *PURITY, *WAYS_OUT, *SECURITY_PAGE, *PROMISES, *ENVIRONMENT, *ENTRY_POINTS, *FACTS, *PERMISSIONS, *MIGRATIONS,
    *TESTS, *TIDINESS, *DOCUMENTS, *SEEDS, *PROOFS, *CONTRACTS, *TOOLS,
)  # fmt: skip
