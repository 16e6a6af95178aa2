"""Templates: expressions inside of nested JSON, rendered once, typed when whole, secret when they must be."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.engine.errors import NodeError
from apps.engine.expressions import ExpressionError, Scope, Seed
from apps.engine.secret import Secret
from apps.engine.template import Problem, compile_template, problems_of
from apps.engine.value import DEFAULT_LIMITS, Json

SEED = Seed("0190-execution", "http-1", datetime(2024, 5, 7, 9, 5, 3, tzinfo=UTC))
ROOTS: dict[str, Any] = {
    "trigger": {
        "n": 1,
        "x": 2.50,
        "yes": True,
        "none": None,
        "text": "a {{ trigger.n }} ${trigger.n} \\",
        "list": [1, {"é": [None]}],
        "headers": {"x-github-event": "push"},
        "empty": "",
    },
    "steps": {"http-1": {"body": 7}},
}


def rendered(
    value: Json, *, on_missing: Any = "error", roots: Mapping[str, Any] = ROOTS, **settings: Any
) -> Any:
    return compile_template(value, **settings).render(Scope(roots, SEED, on_missing))


def refusal(
    value: Json, *, on_missing: Any = "error", roots: Mapping[str, Any] = ROOTS, **settings: Any
) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        rendered(value, on_missing=on_missing, roots=roots, **settings)
    return caught.value


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("{{ trigger.n }}", 1),
        ("{{trigger.n}}", 1),
        ("  \n{{ trigger.n }}\t ", 1),
        ("{{ trigger.x }}", 2.5),
        ("{{ trigger.yes }}", True),
        ("{{ trigger.none }}", None),
        ("{{ trigger.list }}", [1, {"é": [None]}]),
        ("{{ trigger.text }}", "a {{ trigger.n }} ${trigger.n} \\"),
        ("{{ trigger.n + 1 > 1 ? [trigger.n] : null }}", [1]),
        ('{{ {"a": {"b": 1}} }}', {"a": {"b": 1}}),
        ('{{{"a":{"b":1}}}}', {"a": {"b": 1}}),
        ('{{ "}}" }}', "}}"),
        ("{{ '{{' }}", "{{"),
        ("{{ trigger.headers.X-GitHub-Event }}", "push"),
        ("{{ steps.http-1.body }}", 7),
        ("{{ trigger.n // one }} or\n }}", 1),
    ],
)
def test_a_text_that_is_one_expression_becomes_its_value(text: str, gives: Any) -> None:
    value = rendered(text, node_ids=frozenset({"http-1"}))

    assert value == gives
    assert type(value) is type(gives)


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("n={{ trigger.n }}", "n=1"),
        ("{{ trigger.n }}{{ trigger.n }}", "11"),
        ("{{ trigger.n }} {{ trigger.n }}", "1 1"),
        (". {{ trigger.x }}", ". 2.5"),
        (". {{ trigger.yes }} {{ false }}", ". true false"),
        (". {{ trigger.none }}.", ". null."),
        (". {{ trigger.list }}", '. [1,{"é":[null]}]'),
        (". {{ trigger.text }}", ". a {{ trigger.n }} ${trigger.n} \\"),
        (". {{ trigger.empty }}.", ". ."),
        ('{{ "{{" }} and {{ "}}" }}', "{{ and }}"),
        ("é {{ 'ü' }} }} }", "é ü }} }"),
        ("{ {{ 1 }} }", "{ 1 }"),
        ('. {{ {"a": {"b": 1}} }}', '. {"a":{"b":1}}'),
        ("{{ steps.http-1.body - 1 }}!", "6!"),
    ],
)
def test_in_other_texts_values_are_spliced_as_people_read_them(text: str, gives: str) -> None:
    assert rendered(text, node_ids=frozenset({"http-1"})) == gives


def test_nested_values_are_rendered_in_place_and_names_are_no_templates() -> None:
    value: Json = {
        "{{ trigger.n }}": [
            "{{ trigger.n }}",
            {"deep": "n={{ trigger.n }}", "plain": [1, None, True, "x"]},
        ],
        "other": 1.5,
    }
    untouched = value["other"]

    assert rendered(value) == {
        "{{ trigger.n }}": [1, {"deep": "n=1", "plain": [1, None, True, "x"]}],
        "other": untouched,
    }


@pytest.mark.parametrize(
    "value", [None, True, 1, 1.5, "", "plain", "} } {", "${trigger.n}", [], {}, ["a", {"b": [1]}]]
)
def test_what_holds_no_expression_is_constant_and_handed_on_as_it_is(value: Json) -> None:
    template = compile_template(value)

    assert template.is_constant
    assert template.paths == ()
    assert template.render(Scope({})) is value


def test_the_paths_of_all_expressions_are_known_once_each() -> None:
    template = compile_template(
        [
            "{{ trigger.a }} {{ steps.http-1.b['c d'][0] }}",
            {"x": "{{ trigger.a }}", "y": "{{ vars.z ?? trigger.a }}"},
        ],
        node_ids=frozenset({"http-1"}),
    )

    assert template.paths == (("trigger", "a"), ("steps", "http-1", "b", "c d", 0), ("vars", "z"))
    assert not template.is_constant


def test_a_value_is_never_read_again_as_a_template() -> None:
    hostile = {
        "trigger": {"a": "{{ credentials.api.token }}", "b": "{{ trigger.a }}"},
        "credentials": {"api": {"token": Secret("s")}},
    }

    assert rendered("{{ trigger.b }}", roots=hostile, secret_ok=True) == "{{ trigger.a }}"
    assert (
        rendered("x{{ trigger.a }}", roots=hostile, secret_ok=True)
        == "x{{ credentials.api.token }}"
    )


@pytest.mark.parametrize(
    ("text", "error", "null", "keep"),
    [
        ("{{ trigger.zz }}", "missing_path", None, "{{ trigger.zz }}"),
        ("  {{trigger.zz.y}} ", "missing_path", None, "  {{trigger.zz.y}} "),
        ("a {{ trigger.zz }} b {{ trigger.n }}", "missing_path", "a null b 1", "a {{ trigger.zz }} b 1"),
        ("{{ trigger.zz ?? 'd' }}", "d", "d", "d"),
        ("{{ has(trigger.zz) }}", False, False, False),
        ("{{ [trigger.zz, 1] }}", "missing_path", [None, 1], "{{ [trigger.zz, 1] }}"),
        ("{{ string(zz.a) }}!", "missing_path", "null!", "{{ string(zz.a) }}!"),
        ("{{ trigger.zz + 1 }}", "missing_path", "wrong_type", "{{ trigger.zz + 1 }}"),
        ("{{ 'a' + 1 }}", "wrong_type", "wrong_type", "wrong_type"),
    ],
)  # fmt: skip
def test_a_missing_path_does_what_the_workflow_says(
    text: str, error: Any, null: Any, keep: Any
) -> None:
    outcomes = []
    for on_missing in ("error", "null", "keep"):
        try:
            outcomes.append(rendered(text, on_missing=on_missing))
        except ExpressionError as failure:
            outcomes.append(failure.code)

    assert outcomes == [error, null, keep]


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("a {{ trigger.n", 14, "“}}” is missing"),
        ("{{", 2, "ends too early"),
        ("{{ }}", 3, "“}” cannot stand here"),
        ("{{ trigger.n }", 13, "“}” cannot stand here. “}}” is missing."),
        ("x {{ 1 + }} y", 9, "“}” cannot stand here"),
        ("{{ #each rows }}", 3, "“#” cannot stand here"),
        ("{{ 'a }}", 3, "never closed"),
        ("{{ 1 }} {{ 2 2 }}", 13, "“2” cannot stand here"),
        ("{{ 'a\0' }}", 5, "is no character"),
    ],
)
def test_a_mistake_is_named_at_its_place_in_the_text(
    text: str, position: int, sentence: str
) -> None:
    failure = refusal(text)

    assert failure.code == "syntax_error"
    assert failure.position == position
    assert sentence in str(failure)


def test_every_problem_is_found_with_its_place() -> None:
    value: Json = {
        "url": "https://x/{{ trigger.n",
        "headers": [{"a": "{{ ok }}"}, {"b": "{{ nope(1) }}"}],
        "body": "{{ credentials.api.token }}",
        "fine": ["{{ trigger.n }}", 1, None, "text"],
    }

    problems = problems_of(value)

    assert [(problem.place, problem.error.code) for problem in problems] == [
        (("url",), "syntax_error"),
        (("headers", 1, "b"), "unknown_function"),
        (("body",), "secret_not_allowed"),
    ]
    assert isinstance(problems[0], Problem)
    assert [problem.place for problem in problems_of(value, secret_ok=True)] == [
        ("url",),
        ("headers", 1, "b"),
    ]
    assert problems_of("{{ steps.a-1.x }}", node_ids=frozenset({"a-1"})) == ()
    with pytest.raises(ExpressionError) as caught:
        compile_template(value)
    assert str(caught.value) == str(problems[0].error)


class Vault(Mapping[str, Any]):
    """Credentials that load one at a time."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def __getitem__(self, name: str) -> Any:
        self.opened.append(name)
        return {"api": {"token": Secret("s3cr3t"), "user": "ann"}, "key": Secret("k3y")}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(("api", "key"))

    def __len__(self) -> int:
        return 2


class Lazy(dict[str, Any]):
    """A credential that is no plain dict."""


def with_vault(vault: Any) -> dict[str, Any]:
    return {**ROOTS, "credentials": vault}


@pytest.mark.parametrize(
    ("text", "reveals"),
    [
        ("{{ credentials.api.token }}", "s3cr3t"),
        (" {{ credentials.key }} ", "k3y"),
        ("Bearer {{ credentials.api.token }}", "Bearer s3cr3t"),
        ("{{ credentials.api.user }}:{{ credentials.api.token }}@{{ trigger.n }}", "ann:s3cr3t@1"),
        ("{{ trigger.zz ?? credentials.key }}", "k3y"),
        ("{{ trigger.yes ? credentials.key : 'none' }}", "k3y"),
        ("x={{ credentials['api']['token'] }}", "x=s3cr3t"),
        ("x={{ credentials.api }}", 'x={"token":"s3cr3t","user":"ann"}'),
    ],
)
def test_a_text_with_a_secret_inside_is_a_secret(text: str, reveals: str) -> None:
    vault = Vault()

    value = rendered(text, roots=with_vault(vault), secret_ok=True)

    assert isinstance(value, Secret)
    assert value.reveal() == reveals
    assert str(value) == "[REDACTED]"
    assert set(vault.opened) == {"key" if reveals == "k3y" else "api"}


def test_a_credential_may_be_handed_on_whole_and_its_open_parts_stay_open() -> None:
    roots = with_vault(Vault())

    assert rendered("{{ credentials.api }}", roots=roots, secret_ok=True) == {
        "token": Secret("s3cr3t"),
        "user": "ann",
    }
    assert rendered("{{ credentials.api.user }}", roots=roots, secret_ok=True) == "ann"
    assert rendered("u={{ credentials.api.user }}", roots=roots, secret_ok=True) == "u=ann"
    lazy = with_vault({"api": Lazy(token=Secret("s"), nested=Lazy(n=1))})
    value = rendered("{{ credentials.api }}", roots=lazy, secret_ok=True)
    assert value == {"token": Secret("s"), "nested": {"n": 1}}
    assert type(value) is dict
    assert type(value["nested"]) is dict


@pytest.mark.parametrize(
    "text",
    [
        "{{ credentials }}", "x {{ credentials }}", "{{ upper(credentials.key) }}", "{{ credentials.key.upper() }}",
        "{{ credentials.key + 'x' }}", "{{ [credentials.key] }}", "{{ {'a': credentials.key} }}", "{{ credentials.key == 'a' }}",
        "{{ credentials.key == 'a' ? 1 : 2 }}", "{{ has(credentials.key) }}", "{{ size(credentials) }}", "{{ !credentials.key }}",
        "{{ credentials.key[0] ?? size(credentials.key) }}", "{{ credentials[trigger.text] }}", "{{ trigger[credentials.key] }}",
        "{{ [1].map(x, credentials.key) }}", "{{ credentials.key && true }}", "{{ true ? (1 > 0 ? [credentials.key] : 1) : 2 }}",
        "{{ credentials.key in ['a'] }}", "{{ credentials.key contains 'a' }}", "{{ toJson(credentials.api) }}",
        "{{ (credentials.api).token.size() }}", "{{ matches(credentials.key, '^a') }}", "{{ .credentials }}",
    ],
)  # fmt: skip
def test_a_secret_is_never_an_operand_an_argument_or_a_condition(text: str) -> None:
    vault = Vault()

    failure = refusal(text, roots=with_vault(vault), secret_ok=True)

    assert failure.code == "secret_not_allowed"
    assert vault.opened == []


def test_without_leave_no_template_reads_a_credential() -> None:
    for text in (
        "{{ credentials.api.token }}",
        "x {{ credentials.key }}",
        "{{ trigger.zz ?? credentials.key }}",
    ):
        assert refusal(text, roots=with_vault(Vault())).code == "secret_not_allowed"


def test_a_missing_credential_names_its_path_and_no_value() -> None:
    failure = refusal("{{ credentials.apy.token }}", roots=with_vault(Vault()), secret_ok=True)

    assert (failure.code, failure.path) == ("missing_path", "credentials.apy.token")
    assert "s3cr3t" not in str(failure)
    for on_missing in ("keep", "null"):
        text, vault = "Bearer {{ credentials.apy }}", with_vault(Vault())
        assert (
            refusal(text, roots=vault, secret_ok=True, on_missing=on_missing).code == "missing_path"
        )
    assert refusal("{{ credentials.zz }}", secret_ok=True).code == "missing_path"


def test_a_secret_that_strays_into_other_roots_is_no_json_and_stays_hidden() -> None:
    failure = refusal("{{ vars.s }}", roots={"vars": {"s": Secret("s3cr3t")}})

    assert failure.code == "not_json"
    assert "s3cr3t" not in str(failure)


def test_a_nonsense_credential_is_refused_as_no_json() -> None:
    assert (
        refusal(
            "{{ credentials.api }}", roots=with_vault({"api": Lazy(token=object())}), secret_ok=True
        ).code
        == "not_json"
    )


def test_rendering_again_gives_the_same_bytes_and_other_places_other_chances() -> None:
    template = compile_template(
        {"a": "{{ uuid() }}", "b": "{{ uuid() }}", "c": "{{ uuid() }} {{ uuid() }} {{ now() }}"}
    )
    first = template.render(Scope({}, SEED))
    again = compile_template(
        {"a": "{{ uuid() }}", "b": "{{ uuid() }}", "c": "{{ uuid() }} {{ uuid() }} {{ now() }}"}
    )

    assert again.render(Scope({"x": 1}, SEED)) == first
    assert isinstance(first, dict)
    one, other, stamp = first["c"].split()
    assert len({first["a"], first["b"], one, other}) == 4
    assert stamp == "2024-05-07T09:05:03Z"
    assert template.render(Scope({}, Seed("0190-other", "http-1", SEED.started_at))) != first


def test_an_expression_may_have_2048_bytes_and_a_text_any_number_of_them() -> None:
    longest = "'" + "a" * 2045 + "'"

    assert rendered(f"{{{{{longest} }}}}") == "a" * 2045
    assert refusal(f"{{{{{longest}  }}}}").code == "source_too_long"
    assert refusal("{{" + "1 + " * 600 + "1 }}").code == "source_too_long"
    assert refusal("{{ '" + "é" * 1024 + "' }}").code == "source_too_long"
    assert rendered("x" * 5000 + "{{ 1 }}" * 500) == "x" * 5000 + "1" * 500


TEN_BYTES = {
    "limits": replace(DEFAULT_LIMITS, input_bytes=10),
    "roots": {
        "t": "a" * 5,
        "u": "é" * 5,
        "list": [1, 2, 3],
        "rows": [["x"] * 10] * 10,
        "credentials": {"key": Secret("é" * 5)},
    },
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{{ t }}{{ t }}", "a" * 10),
        (".{{ u }}", "." + "é" * 5),
        (".{{ list }}", ".[1,2,3]"),
        (["{{ list }}", "{{ 1 }}", "{{ 1 }}", "{{ 1 }}"], [[1, 2, 3], 1, 1, 1]),
    ],
)
def test_what_is_put_in_may_take_so_many_bytes(value: Json, expected: Json) -> None:
    assert rendered(value, **TEN_BYTES) == expected


@pytest.mark.parametrize(
    "value",
    [
        "{{ t }}{{ t }}{{ 1 }}",
        ".{{ u }}{{ u }}",
        ".{{ rows }}",
        "{{ rows }}",
        ["{{ t }}.", "{{ t }}.", "{{ t }}."],
        ["{{ list }}", "{{ list }}"],
        ["{{ credentials.key }}", "{{ 1 }}"],
        "{{ credentials.key }}{{ 1 }}",
    ],
)
def test_one_byte_more_of_what_is_put_in_fails_the_step(value: Json) -> None:
    with pytest.raises(NodeError) as caught:
        rendered(value, secret_ok=True, **TEN_BYTES)

    assert (caught.value.code, caught.value.is_retryable) == ("input_too_large", False)


def test_all_expressions_of_a_template_share_one_budget() -> None:
    roots = {"n": list(range(100_000))}
    hungry = "{{ size(n.filter(x, true)) }}"

    assert rendered([hungry] * 3, roots=roots) == [100_000] * 3
    assert refusal([hungry] * 50, roots=roots).code == "too_many_steps"


def test_data_and_templates_that_lie_too_deep_are_typed_errors() -> None:
    deep: Any = {}
    template: Any = "{{ 1 }}"
    for _ in range(50_000):
        deep, template = {"a": deep}, [template]

    assert refusal("x {{ deep }}", roots={"deep": deep}).code == "too_deep"
    assert refusal(template).code == "too_deep"
    assert [(problem.place, problem.error.code) for problem in problems_of(template)] == [
        ((), "too_deep")
    ]


def test_a_template_may_hold_5000_expressions() -> None:
    assert rendered(["{{ 1 }}" * 2_500, {"a": "{{ 1 }}" * 2_500}]) == [
        "1" * 2_500,
        {"a": "1" * 2_500},
    ]
    too_many = ["{{ 1 }}" * 2_500, {"a": "{{ 1 }}" * 2_501}]
    assert refusal(too_many).code == "too_many_expressions"
    assert [(problem.place, problem.error.code) for problem in problems_of(too_many)] == [
        ((), "too_many_expressions")
    ]
