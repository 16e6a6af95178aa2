"""What a script is given, what it gives back, and how it says what went wrong."""

import pytest

ROOTS = {
    "trigger": {"body": {"n": 7, "name": "Ça"}},
    "steps": {"http-1": {"rows": [1, 2.5, None, True]}},
}


@pytest.mark.parametrize(
    ("language", "source", "value"),
    [
        ("javascript", "return ctx.trigger.body.n + 1", 8),
        ("javascript", "return context.steps['http-1']", {"rows": [1, 2.5, None, True]}),
        ("javascript", "return await Promise.resolve(ctx.trigger.body.name)", "Ça"),
        ("javascript", "return new Map([['a', 1]]).get('a')", 1),
        ("javascript", "return undefined", None),
        ("javascript", "const x = 1", None),
        ("javascript", "return new Date(0)", "1970-01-01T00:00:00.000Z"),
        (
            "javascript",
            "return [0.1 + 0.2, 2 ** 53 - 1, '\u2028', '\U0001f600']",
            [0.1 + 0.2, 2**53 - 1, "\u2028", "\U0001f600"],
        ),
        ("javascript", "return 'closed // by a comment' // here", "closed // by a comment"),
        ("python", "return ctx.trigger['body']['n'] + 1", 8),
        ("python", "return context['steps']['http-1']", {"rows": [1, 2.5, None, True]}),
        ("python", "ctx.trigger['body']['name']", "Ça"),
        ("python", "async def f():\n    return 3\nreturn await f()", 3),
        ("python", "import json\nreturn json.loads('[1]')", [1]),
        ("python", "class P:\n    def __init__(self):\n        self.x = 4\nreturn P().x", 4),
        ("python", "x = 1", None),
        ("python", "return (1, [2, {'a': None}])", [1, [2, {"a": None}]]),
        ("python", "return 2 ** 200", 2**200),
    ],
)
def test_a_script_reads_its_context_and_returns_json(run, language, source, value) -> None:
    reply = run(language, source, ROOTS)

    assert (reply.fault, reply.value) == (None, value)


@pytest.mark.parametrize(
    ("language", "source", "message"),
    [
        ("javascript", "return NaN", "NaN is no number of JSON"),
        ("javascript", "return { a: [Infinity] }", "Infinity is no number of JSON"),
        ("javascript", "return { a: new Map() }", "a Map is no JSON; return its content"),
        ("javascript", "return 10n", "a BigInt is no JSON; make a number or a text of it"),
        ("javascript", "return () => 1", "a function is no JSON"),
        ("javascript", "return Symbol('x')", "a Symbol is no JSON"),
        ("javascript", "const a = {}; a.a = a; return a", "the result refers to itself"),
        ("python", "return float('nan')", "it holds a number that is not finite"),
        ("python", "return [{1, 2}]", "it holds a set"),
        ("python", "return b'x'", "it holds a bytes"),
        ("python", "return {(1, 2): 3}", "its keys must be texts"),
        ("python", "class P:\n    pass\nreturn P()", "it holds a P"),
        ("python", "import datetime\nreturn datetime.date(2026, 1, 1)", "it holds a date"),
        ("python", "return 10 ** 5000", "it holds a number that is too long"),
    ],
)
def test_what_is_no_json_is_refused_and_named(run, language, source, message) -> None:
    fault = run(language, source).fault

    assert (fault.code, fault.message) == ("output_not_json", f"The result is no JSON: {message}.")


@pytest.mark.parametrize(
    ("language", "source", "message", "place"),
    [
        ("javascript", "const a = 1;\n\nreturn a.b.c;", "TypeError: Cannot read properties of undefined (reading 'c')", (3, 12)),
        ("javascript", "const f = () => {\n  throw new RangeError('no');\n};\nf();", "RangeError: no", (2, 9)),
        ("javascript", "await null;\nnope();", "ReferenceError: nope is not defined", (2, 1)),
        ("javascript", "let a = 1;\nlet a = 2;", "SyntaxError: Identifier 'a' has already been declared", (2, 5)),
        ("javascript", "return 1 +;", "SyntaxError: Unexpected token ';'", (1, 11)),
        ("javascript", "throw 'a text'", "a text", (None, None)),
        ("javascript", "throw { code: 7 }", '{"code":7}', (None, None)),
        ("javascript", "const f = () => f(); f()", "RangeError: Maximum call stack size exceeded", (1, 17)),
        ("javascript", "await new Promise(() => {})", "The script waits for a promise that nothing settles.", (None, None)),
        ("javascript", "}); (function () {", "The script has a “}” too many.", (None, None)),
        ("python", "a = 1\n\nreturn a.b", "AttributeError: 'int' object has no attribute 'b'", (3, 8)),
        ("python", "def f(n):\n    return 1 / n\nf(0)", "ZeroDivisionError: division by zero", (2, 12)),
        ("python", "x = 1\nif x\n    pass", "SyntaxError: Expected `:`, found newline", (2, 5)),
        ("python", "raise ValueError('no')", "ValueError: no", (1, 7)),
        ("python", "def f(n):\n    return f(n + 1)\nf(0)", "RecursionError: maximum recursion depth exceeded", (2, 12)),
        ("python", "import time\ntime.sleep(1)", "A script cannot sleep; put a delay before or after it.", (2, 1)),
        ("python", "import requests", "ModuleNotFoundError: No module named 'requests'", (1, 1)),
    ],
)  # fmt: skip
def test_a_failure_says_what_happened_and_where(run, language, source, message, place) -> None:
    fault = run(language, source).fault

    assert (fault.code, fault.message, fault.is_retryable) == ("code_error", message, False)
    assert (fault.line, fault.column) == place


@pytest.mark.parametrize(
    ("language", "source", "place"),
    [
        ("javascript", "while (true);", None),
        ("javascript", "nope()", None),
        ("javascript", "return 1;\n}\n{", (3, 1)),
        ("javascript", "const a = ;", (1, 11)),
        ("javascript", "return 1;\nawait await;", (2, 12)),
        ("python", "while True:\n    pass", None),
        ("python", "nope()", None),
        ("python", "def f(:\n    pass", (1, 7)),
        ("python", "x = 1\ndef f():\n    yield x", (3, 5)),
    ],
)
def test_a_script_is_read_without_being_run(sandbox, language, source, place) -> None:
    fault = sandbox.check(language, source)

    assert (None if fault is None else (fault.line, fault.column)) == place


def test_a_script_that_would_leave_its_function_is_not_run_by_reading_it(sandbox) -> None:
    assert sandbox.check("javascript", "}); while (true); (function () {") is None


@pytest.mark.parametrize(
    ("language", "source", "lines"),
    [
        (
            "javascript",
            "console.log('a', 1, { b: [2] }); console.warn(null); console.error('c'); console.debug(1n)",
            [("info", 'a 1 {"b":[2]}'), ("warning", "null"), ("error", "c"), ("debug", "1")],
        ),
        (
            "python",
            "print('a', 1, {'b': [2]})\nprint('c', end='')",
            [("info", "a 1 {'b': [2]}"), ("info", "c")],
        ),
        ("python", "import sys\nprint('no', file=sys.stderr)", [("error", "no")]),
    ],
)
def test_what_it_writes_comes_back_in_order(run, language, source, lines) -> None:
    assert [(line.level, line.text) for line in run(language, source).lines] == lines


@pytest.mark.parametrize(
    ("language", "source"),
    [("javascript", "console.log('seen'); null.x"), ("python", "print('seen')\n1 / 0")],
)
def test_what_it_wrote_before_it_failed_is_kept(run, language, source) -> None:
    reply = run(language, source)

    assert [line.text for line in reply.lines] == ["seen"]
    assert reply.fault.code == "code_error"


def test_nothing_of_a_script_is_left_for_the_next(run) -> None:
    pollute = "Object.prototype.x = 1; Array.prototype.map = null; JSON.parse = null; globals = 1; return ({}).x"

    assert run("javascript", pollute).value == 1
    assert run(
        "javascript", "return [({}).x, typeof [].map, typeof globals, ctx.a]", {"a": 2}
    ).value == [
        None,
        "function",
        "undefined",
        2,
    ]


def test_a_script_that_breaks_the_built_ins_breaks_itself_alone(run) -> None:
    broken = (
        "Promise.prototype.then = null; String.prototype.slice = null; Reflect.apply = null;"
        " JSON.stringify = null; Object.defineProperty(Array.prototype, '0', { set() { throw 1 } });"
        " console.log('still'); return 5"
    )

    reply = run("javascript", broken)

    assert (reply.value, [line.text for line in reply.lines]) == (5, ["still"])
