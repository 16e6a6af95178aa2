"""Random sources of the three languages: grown from the grammar, mutated from known ones, or plain noise."""

import random
from collections.abc import Callable
from typing import Any, Final

from apps.engine.expressions.functions.all import FUNCTIONS
from tests.engine.expressions.cel_cases import AGREED, STEPS, TRIGGER
from tests.engine.expressions.function_cases import CASES
from tests.engine.expressions.hostile import corpus
from tests.engine.expressions.test_jsonpath import SELECTING, STORE

LONGEST = 3_000
KNOWN: Final = [*AGREED, *(source for cases in CASES.values() for source, _ in cases), *corpus()]
TOKENS: Final = (
    "trigger", "steps", "item", "n", "big", "vars", "env", "error", "x", "a", "b-c", "http-1", "__class__", ".", "[0]", "['b']", "[", "]", "(", ")",
    "{", "}", ":", ",", "?", "??", "&&", "||", "!", "-", "+", "*", "/", "%", "**", "==", "!=", "<", "<=", "in", "contains", "1", "-1", "0", "2.5",
    "9223372036854775807", "1e308", "0x1F", "null", "true", "false", "'é'", '"q"', "''", "r'\\d'", "'(a+)+$'", "map(x,", "filter(x,", "all(x,", "has(",
    "${", "{{", "}}", "\\", "//", "\n", "\t", " ", "\u202e", "\ud800", "\0", "😀", "=", ";", "@", "#", "`", "~", "^", "|", "&", "$", "..", "[*]", "[?@",
    "credentials.api", "now()", "uuid()",
)  # fmt: skip
BINARY: Final = (
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "&&",
    "||",
    "??",
    "in",
    "contains",
    "startsWith",
    "matches",
)
SHAPES: Final = (
    "(|_| |OP| |_|)", "(|_| |OP| |_|)", "(|_| ? |_| : |_|)", "_|.|MACRO|(|VARIABLE|, |_|)", "[|_|, |_|, |_|]", "[|_|]", "{'a': |_|, |_|: |_|}",
    "!|_", "-|_", "_|[|_|]", "_|.a", "_|.b-c[0]",
)  # fmt: skip
LEAVES: Final = (
    "trigger", "trigger.l", "trigger.o", "trigger.s", "trigger.rows", "trigger.rows[0].id", "trigger.n", "trigger.big", "trigger.u", "steps.a.v",
    "steps.http-1.body.items", "n", "big", "item", "1", "0", "-3", "2.5", "1e18", "9223372036854775807", "null", "true", "'a'", "'(a|ab)*c'", "'YYYY-MM-DD'",
    "'2024-05-07T12:34:56Z'", "'Europe/Paris'", "[]", "{}", "[1, 'b', null]", "{'a': {'b': [1]}}", "trigger.missing.path", "'€'", "'$..a'", "now()",
)  # fmt: skip
TEXTS: Final = (
    "'a'",
    "''",
    "big",
    "trigger.s",
    "trigger.u",
    "'(a|ab)*c'",
    "'[a-z]+'",
    "','",
    "'YYYY-MM-DD'",
    "'Europe/Paris'",
    "'$..id'",
    "'{\"a\":[1]}'",
    "'💥'",
)
NUMBERS: Final = (
    "1",
    "0",
    "-3",
    "2.5",
    "1e300",
    "9223372036854775807",
    "-9223372036854775808",
    "trigger.b",
    "trigger.f",
    "trigger.big",
    "1000000",
)
LISTS: Final = (
    "n",
    "[]",
    "trigger.l",
    "trigger.rows",
    "[[1], [2, [3]]]",
    "[n, n]",
    "n.map(x, big)",
    "['a', 'b', 'a']",
)
OBJECTS: Final = ("{}", "trigger", "trigger.o", "{'a': 1, 'b-c': [n]}", "{'__proto__': {'x': 1}}")
DATES: Final = (
    "now()",
    "'2024-05-07T12:34:56Z'",
    "0",
    "1e12",
    "-62135596800",
    "'2024-02-30'",
    "'0001-01-01'",
    "253402300800",
)
FITTING: Final = {
    "text": TEXTS,
    "number": NUMBERS,
    "whole": NUMBERS,
    "list": LISTS,
    "object": OBJECTS,
    "date": DATES,
    "text|list": TEXTS + LISTS,
    "list|object": LISTS + OBJECTS,
    "text|list|object": TEXTS + LISTS + OBJECTS,
    "text|null": (*TEXTS, "null"),
}
PATH_PARTS: Final = (
    "$", "@", ".", "..", "*", "store", "[?", "]", "(", ")", "&&", "==", "1e400", "-0", "'", '"', "\\u0066", "\\ud800", "9" * 30, " ",
    "[?value(@..a) == 1]", "[9" + "9" * 20 + "]", "[?count(@) > 1]",
)  # fmt: skip

SEGMENTS: Final = (
    ".*", "[*]", "[0]", "[-1]", "[::2]", "[1:9]", "['x y']", ".store", ".book", ".many", ".price", ".☺", "..*", "..price", "..[0]", "[?@.price > 10]",
    "[?@.kind == 'fic']", "[?match(@.a, 'a.*')]", "[?match(@.a, '(a|aa)*b')]", "[?search(@.author, $.pattern)]", "[?count(@.*) > 1]", "[?length(@) > 2]",
    "[?!@.isbn && (@.price < 9 || @.list)]", "[?@ == $.kind]", "['kind', 'author']", "[0, 1, 2]",
)  # fmt: skip

ROOTS: Final[dict[str, Any]] = {
    "trigger": TRIGGER,
    "steps": {**STEPS, "http-1": {"body": {"items": [{"id": number} for number in range(50)]}}},
    "item": {"a": 1, "b": ["x", None]},
    "n": list(range(1000)),
    "big": "ab" * 250_000,
    "vars": {"region": "eu"},
    "env": {"tenant_id": "t"},
    "error": None,
}
SEARCHED: Final[dict[str, Any]] = {
    **STORE,
    "many": [{"a": "a" * 60, "price": n, "kind": "fic"} for n in range(200)],
}


def expression(draw: random.Random) -> str:
    """Return a text that might be an expression."""
    return _bounded(draw.choice((_grown, _grown, _grown, _mutated, _mutated, _soup, _noise))(draw))


def template(draw: random.Random) -> Any:
    """Return a nested value with texts in it that might be templates."""
    texts = [_text(draw) for _ in range(draw.randint(1, 4))]
    match draw.randint(0, 3):
        case 0:
            return texts[0]
        case 1:
            return texts
        case 2:
            return {f"field-{place}": text for place, text in enumerate(texts)}
        case _:
            return {"deep": [{"a": texts}, None, 1, {"{{ n }}": texts[0]}]}


def jsonpath(draw: random.Random) -> str:
    """Return a text that might be a JSONPath."""
    match draw.randint(0, 3):
        case 0:
            return "$" + "".join(draw.choice(SEGMENTS) for _ in range(draw.randint(0, 6)))
        case 1:
            return _change(draw.choice(SELECTING), draw, PATH_PARTS)
        case 2 if draw.random() < 0.3:
            return _noise(draw)
        case _:
            return "$" + "".join(
                draw.choice(SEGMENTS + PATH_PARTS) for _ in range(draw.randint(0, 8))
            )


def _text(draw: random.Random) -> str:
    parts = []
    for _ in range(draw.randint(1, 3)):
        parts.append(
            draw.choice(("", " ", "x", "é\n", '{{ "{{" }}', draw.choice(("{{", "}}", "${"))))
        )
        parts.append(
            "{{ " + draw.choice((expression, _leaf))(draw) + draw.choice((" }}",) * 9 + ("}", ""))
        )
    return _bounded("".join(parts))


def _leaf(draw: random.Random) -> str:
    return draw.choice(LEAVES)


def _grown(draw: random.Random, depth: int = 4) -> str:
    """Write an expression by the grammar; what it works on mostly has not the type that it needs."""
    if depth == 0 or draw.random() < 0.2:
        return draw.choice(LEAVES)
    if draw.random() < 0.3:
        return _called(draw, depth)
    shape = draw.choice(SHAPES)
    return "".join(
        _grown(draw, depth - 1) if part == "_" else part for part in _filled(shape, draw)
    )


def _filled(shape: str, draw: random.Random) -> list[str]:
    """Return the parts of a shape; a `_` stands for an expression."""
    chosen = {
        "OP": lambda: draw.choice(BINARY),
        "MACRO": lambda: draw.choice(
            ("map", "filter", "all", "exists", "sortBy", "groupBy", "find")
        ),
        "VARIABLE": lambda: draw.choice(("x", "item", "a")),
    }
    return [chosen[part]() if part in chosen else part for part in shape.split("|")]


def _called(draw: random.Random, depth: int) -> str:
    """Write a call whose values are mostly as many, and mostly of the kind, that the function takes."""
    function = draw.choice(FUNCTIONS)
    count = draw.randint(function.least, int(min(function.most, function.least + 2)))
    if draw.random() < 0.05:
        count = draw.randint(0, 5)
    given = []
    for place in range(count):
        kind = function.parameter(place).kind.name if function.parameters else ""
        fitting = FITTING.get(kind, LEAVES)
        given.append(draw.choice(fitting) if draw.random() < 0.6 else _grown(draw, depth - 1))
    return f"{function.name}({', '.join(given)})"


def _mutated(draw: random.Random) -> str:
    return _change(draw.choice(KNOWN), draw, TOKENS)


def _change(text: str, draw: random.Random, tokens: tuple[str, ...]) -> str:
    for _ in range(draw.randint(1, 4)):
        start = draw.randint(0, len(text))
        end = min(len(text), start + draw.randint(0, 6))
        middle = draw.choice(
            (
                "",
                text[start:end] * draw.randint(2, 40),
                draw.choice(tokens),
                chr(draw.randint(0, 0x2FF)),
            )
        )
        text = text[:start] + middle + text[end:]
    return text


def _soup(draw: random.Random) -> str:
    return draw.choice(("", " ")).join(draw.choice(TOKENS) for _ in range(draw.randint(1, 16)))


def _noise(draw: random.Random) -> str:
    return "".join(
        chr(draw.choice((draw.randint(0, 127), draw.randint(0, 0x10FFFF))))
        for _ in range(draw.randint(0, 40))
    )


def _bounded(text: str) -> str:
    return text[:LONGEST]


KINDS: Final[dict[str, Callable[[random.Random], Any]]] = {
    "expression": expression,
    "template": template,
    "jsonpath": jsonpath,
}
# Of ten sources, so many are of each kind.
SHARES: Final = ("expression",) * 5 + ("template",) * 3 + ("jsonpath",) * 2
