"""From JSON to XML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.engine.errors import NodeError
from apps.engine.expressions.kinds import called
from apps.engine.expressions.lookup import clipped
from apps.engine.value import DEFAULT_LIMITS, Json
from apps.nodes.data_xml.reading import ATTRIBUTE, TEXT

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_START = r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2c00-\u2fef\u3001-\ud7ff"
_NAME = re.compile(rf"[:{_START}][:{_START}\-.0-9\u00b7\u0300-\u036f]{{0,199}}")
# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[\0-\b\v\f\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "\r": "&#13;",
        "\n": "&#10;",
        "\t": "&#9;",
    }
)


def write(data: Json, *, has_head: bool, is_indented: bool) -> str:
    """Return the document of an object with one name.

    Raises:
        NodeError: `xml_root`, it is no such object; `xml_name`, a name is none in XML; `xml_character`, a text holds
            what XML cannot; `bad_entry`, an attribute or a text is a list or an object; `output_too_large`.
    """
    if not isinstance(data, dict) or len(data) != 1 or isinstance(next(iter(data.values())), list):
        raise NodeError(
            "xml_root", "“data” must be an object with one name, that of the root. Or set “root”."
        )
    ((name, value),) = data.items()
    pieces = [HEAD] if has_head else []
    left = DEFAULT_LIMITS.output_bytes
    for piece in _element(name, value, 0 if is_indented else None):
        left -= len(piece)
        if left < 0:
            raise NodeError(
                "output_too_large",
                f"“data” becomes more than {DEFAULT_LIMITS.output_bytes} bytes.",
            )
        pieces.append(piece)
    return "".join(pieces)


def _element(name: str, value: Json, depth: int | None) -> Iterator[str]:
    """Yield the pieces of one element; `depth` is None where nothing is indented."""
    _refuse_odd(name)
    margin = "" if depth is None else "  " * depth
    end = "" if depth is None else "\n"
    if not isinstance(value, dict):
        text = _text(name, value)
        yield f"{margin}<{name}>{text}</{name}>{end}" if text else f"{margin}<{name}/>{end}"
        return
    yield f"{margin}<{name}"
    for key, item in value.items():
        if key.startswith(ATTRIBUTE):
            _refuse_odd(key[1:])
            yield f' {key[1:]}="{_plain(key, item).translate(_IN_ATTRIBUTES)}"'
    text = _text(TEXT, value.get(TEXT))
    children = [(key, each) for key, item in value.items() for each in _each(key, item)]
    if not children:
        yield f">{text}</{name}>{end}" if text else f"/>{end}"
        return
    yield f">{text}{end}"
    for key, each in children:
        yield from _element(key, each, None if depth is None else depth + 1)
    yield f"{margin}</{name}>{end}"


def _each(key: str, item: Json) -> list[Json]:
    if key.startswith(ATTRIBUTE) or key == TEXT:
        return []
    return item if isinstance(item, list) else [item]


def _text(name: str, value: Json) -> str:
    return _plain(name, value).translate(_ESCAPES)


def _plain(name: str, value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            found = _FORBIDDEN.search(value)
            if found:
                raise NodeError(
                    "xml_character",
                    f"“data” holds U+{ord(found[0]):04X} under “{clipped(name)}”, which XML cannot hold.",
                )
            return value
        case _:
            raise NodeError(
                "bad_entry",
                f"“data” has {called(value)} under “{clipped(name)}”, where a plain value must be.",
            )


def _refuse_odd(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NodeError("xml_name", f"“data” or “root”: “{clipped(name)}” cannot be a name in XML.")
