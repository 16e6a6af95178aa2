"""Pieces of hostile requests."""

import json
import random
from collections.abc import Callable
from typing import Any

MEDIA_TYPES = (
    *("text/plain", "application/xml", "multipart/form-data", "multipart/form-data; boundary=x"),
    *("application/x-www-form-urlencoded", "application/json; charset=utf-16"),
    *(
        "application/json; charset=nonsense",
        "application/json; charset=\x00",
        "x",
        "",
        "/",
        "a/b/c",
    ),
    *(
        "application/json;" * 200,
        "application/json; a*=utf-7''%41",
        "*/*",
        "application/problem+json",
    ),
)
WORDS = (
    *(
        "",
        "a",
        "\x00",
        "\ud800",
        "\udfff\ud800",
        "é" * 3,
        "\u202e",
        "👩‍👩‍👧",
        "a" * 70_000,
        "\n\r",
        "\x7f",
    ),
    *(
        "' OR 1=1 --",
        "'; DROP TABLE x; --",
        "$(id)",
        "{{ 7 * 7 }}",
        "{{ credentials.x }}",
        "../../etc/passwd",
    ),
    *("%00", "%s%s%n", "<script>alert(1)</script>", "NaN", "null", "true", "0", "-1", "1e400"),
    *("01990000-0000-7000-8000-000000000000", "00000000-0000-0000-0000-000000000000", "g" * 36),
    *(
        "2026-02-30T25:61:61Z",
        "0000-00-00",
        "9999-12-31T23:59:59.999999999+99:99",
        "P1Y",
        "* * * * *",
    ),
    *(
        "workflow.read",
        "tenant.update",
        "demo",
        "localhost",
        "http://127.0.0.1/",
        "javascript:alert(1)",
    ),
)
UNSTORABLE = ("\x00", "a\x00b", "\ud800", "a\udfff", "\udc00\ud800")
NUMBERS = (0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**300, 0.1, 1e308, -0.0, 10**25)
NAMES = (
    *(
        "name",
        "description",
        "definition",
        "nodes",
        "edges",
        "settings",
        "input",
        "email",
        "password",
    ),
    *("tenant", "tenant_name", "tenant_slug", "next", "scopes", "expires_at", "type", "values"),
    *("allowed_hosts", "execution_ids", "ids", "filter", "from_node", "value", "command", "cron"),
    *(
        "timezone",
        "count",
        "is_active",
        "is_paused",
        "is_disabled",
        "trigger",
        "workflow_id",
        "status",
    ),
    *(
        "decision",
        "comment",
        "data",
        "id",
        "code",
        "curl",
        "config",
        "node_id",
        "steps",
        "filters",
        "path",
    ),
    *(
        "rate_per_s",
        "secret",
        "overlap_s",
        "note",
        "revision",
        "mode",
        "role",
        "permissions",
        "\x00",
        "__proto__",
    ),
)
PARAMETERS = (
    "limit",
    "cursor",
    "order",
    "ordering",
    "filter",
    "include",
    "format",
    "page",
    "q",
    "callback",
)
TAILS = (
    ";x",
    "//",
    "/",
    "%2f",
    "%00",
    "%2e%2e/",
    "?",
    "#",
    "%",
    "%zz",
    "/-/",
    "/" + "a" * 3000,
    "%ff%fe",
)
# A path that ends like one that is open to everybody: how another product's filter was passed by.
OPEN_SUFFIXES = (
    "/healthz",
    "/readyz",
    "/api/v1/auth/sign-in",
    "/static/x.js",
    "/metrics",
    "/webhooks/x",
)
PARAMETER_VALUES = (
    *(
        "",
        "0",
        "-1",
        "101",
        "99999999999999999999",
        "1e1",
        "%31",
        "1%00",
        "٣",
        "1,2",
        "1&limit=2",
    ),
    *(
        "%ff",
        "%",
        "%zz",
        "%u0041",
        "+",
        "%20",
        "%27%20OR%201%3D1--",
        "%27%3B%20SELECT%20pg_sleep(9)--",
    ),
    *(
        "1)%20UNION%20SELECT%20NULL--",
        "id%20desc",
        "-password",
        "tenant__name",
        "__class__",
        "%ed%a0%80",
    ),
    *(
        "bm8",
        "bgAAAAAAAAAAAAAAAAAAAAAA",
        "cAAA====",
        "n" * 23,
        "a" * 4000,
        "%7B%7D",
        "[]",
        "null",
        "true",
    ),
    *(
        "running",
        "all",
        "everything",
        "steps",
        "../..",
        "01990000-0000-7000-8000-000000000000",
        "%F0%9F%98",
    ),
    *(
        "a" * 30_000,
        "%25252525",
        "(" * 500,
        "\\",
        "%5C%5C",
        "%0d%0aX-Injected:%201",
        "%E2%80%AE",
    ),
)
HEADER_NAMES = (
    *("Accept", "Accept-Language", "Accept-Encoding", "Content-Type", "If-Match", "If-None-Match"),
    *(
        "Idempotency-Key",
        "Range",
        "If-Range",
        "Origin",
        "Referer",
        "Sec-Fetch-Site",
        "X-Request-Id",
    ),
    *(
        "traceparent",
        "tracestate",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "Forwarded",
    ),
    *(
        "X-Original-URL",
        "X-Rewrite-URL",
        "X-CSRF-Token",
        "Cookie",
        "Upgrade",
        "Expect",
        "Host",
        "TE",
    ),
    *(
        "Access-Control-Request-Method",
        "Access-Control-Request-Headers",
        "X-Tenant-ID",
        "Accept-Charset",
    ),
)
COOKIES = (
    *("__Host-gorax_access=", "__Host-gorax_access=a.b.c", "__Host-gorax_access=" + "e30." * 3),
    *(
        "__Host-gorax_access=eyJhbGciOiJub25lIn0.e30.",
        "__Host-gorax_csrf=\x01; =; ;;",
        "a=" + "b" * 5000,
    ),
    *('__Host-gorax_access="\\"', "gorax_theme=<script>", "__Host-gorax_operator=x"),
)


def hosts(port: int) -> tuple[str, ...]:
    """Hosts that are nobody's, or that only look like somebody's."""
    return (
        *(
            f"localhost:{port}",
            "demo.localhost.",
            "DEMO.LOCALHOST",
            "demo.localhost:99999",
            "",
            "..",
        ),
        *(
            "demo.localhost@evil.test",
            "[::1",
            "[::1]",
            "a" * 300,
            "demo_localhost",
            "demo.localhost/x",
        ),
        *("127.0.0.1", "xn--.localhost", "demo.localhost,localhost", "\xff.localhost", "*"),
    )


def credentials(chance: random.Random) -> tuple[str, ...]:
    """Values of Authorization that open nothing."""
    junk = "".join(chance.choice("abcdefgh_.-0123456789") for _ in range(chance.randint(0, 60)))
    return (
        *("Bearer", "Bearer ", f"Bearer {junk}", f"Bearer gx_{junk}", f"bearer gx_{junk}_{junk}"),
        *(
            "Basic Og==",
            "Basic \xff",
            f"Digest {junk}",
            "Bearer " + "x" * 6000,
            f"Bearer gx_{junk}_\xff",
        ),
        *("Bearer eyJhbGciOiJub25lIn0.e30.", "Negotiate AAAA", "Bearer gx__", "Bearer \x01"),
    )


def header(chance: random.Random) -> str:
    """A value of a header, without what would end its line."""
    return chance.choice(
        [
            *(
                "",
                "*",
                "*/*;q=x",
                "text/html",
                "application/json;q=2",
                "null",
                "x" * 3000,
                "\xff\xfe",
            ),
            *('"7"', "W/", '"' * 50, "bytes=0-", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 500),
            *(
                "same-origin",
                "cross-site",
                "https://evil.test",
                "http://demo.localhost",
                "100-continue",
            ),
            *("00-" + "0" * 32 + "-" + "0" * 16 + "-01", "00-" + "a" * 32 + "-" + "b" * 16 + "-zz"),
            *("for=_x;host=evil", "1.2.3.4, unknown, ::1", "websocket", "trailers", "1" * 400, "é"),
            *(word for word in WORDS if word.isascii() and word.isprintable() and len(word) < 99),
        ]
    )


def parameter(chance: random.Random) -> str:
    """A value of a query parameter as it may stand in a request line, and as it may not."""
    return chance.choice(PARAMETER_VALUES)


def value(chance: random.Random, depth: int = 0) -> Any:
    """Any JSON value; most of them are not what is asked for."""
    drawn = chance.random()
    if drawn < 0.45:
        return chance.choice(WORDS)
    if drawn < 0.6:
        return chance.choice(NUMBERS)
    if drawn < 0.72 or depth > 3:
        return chance.choice([None, True, False, [], {}])
    if drawn < 0.86:
        return [value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    return {chance.choice(NAMES): value(chance, depth + 1) for _ in range(chance.randint(0, 4))}


def body(chance: random.Random) -> bytes:
    """A body that is broken, or huge in one direction."""
    return chance.choice(_BODIES)(chance)


def _nested(chance: random.Random) -> bytes:
    depth = chance.choice([60, 64, 65, 70, 1_000, 100_000])
    left, right = chance.choice([(b"[", b"]"), (b'{"a":', b"}")])
    inner = b"1" if left == b'{"a":' else b""
    return left * depth + inner + right * (depth if chance.random() < 0.7 else 0)


def _number(chance: random.Random) -> bytes:
    text = chance.choice(
        [
            "NaN",
            "Infinity",
            "-Infinity",
            "1e400",
            "-1e999",
            "9" * 5_000,
            "1" + "0" * 4_400,
            "0" * 9,
            "1.",
        ]
    )
    return b'{"name": %s, "input": %s}' % (text.encode(), text.encode())


def _text(chance: random.Random) -> bytes:
    text = chance.choice(
        [
            *(
                rb'"\ud800"',
                rb'"\udfff\ud800"',
                rb'"\u0000"',
                b'"\x00"',
                b'"\xff\xfe"',
                b'"\xed\xa0\x80"',
            ),
            *(rb'"\u12"', b'"\t"', rb'"\x41"', b'"open', b"'single'", b'"' + b"a" * 300_000 + b'"'),
        ]
    )
    name = chance.choice(NAMES)
    return b'{%s: %s, "a": 1}' % (json.dumps(name).encode(), text)


def _keys(chance: random.Random) -> bytes:
    count = chance.choice([2, 2, 10_001, 60_000])
    name = (lambda n: b"name") if count == 2 else (lambda n: b"k%d" % n)
    return b"{" + b",".join(b'"%s":%d' % (name(n), n) for n in range(count)) + b"}"


def _junk(chance: random.Random) -> bytes:
    return chance.choice(
        [
            *(
                b"",
                b" ",
                b"null",
                b"[]",
                b"1",
                b'"a"',
                b"true",
                b"{",
                b"}",
                b"{]",
                b"{,}",
                b'{"a"}',
                b"// x",
            ),
            *(
                b"\xef\xbb\xbf{}",
                b"\xff\xfe{\x00}\x00",
                '{"a": 1}'.encode("utf-16"),
                b"\x1f\x8b\x08\x00junk",
            ),
            *(
                b"a=1&b=2",
                b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
            ),
            *(
                b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--",
                b"[" * 200_000,
                b"[1," * 90_000,
            ),
            bytes(chance.randrange(256) for _ in range(chance.randint(1, 300))),
        ]
    )


def _large(chance: random.Random) -> bytes:
    size = chance.choice([1_000_000, 1_048_577, 2_600_000])
    return b'{"name": "' + b"x" * size + b'"}'


_BODIES: tuple[Callable[[random.Random], bytes], ...] = (
    *(_nested, _nested, _number, _number, _text, _text, _text, _keys, _junk, _junk, _junk, _junk),
    _large,
)


def _appended(path: str, chance: random.Random) -> str:
    return path + chance.choice(TAILS)


def _prefixed(path: str, chance: random.Random) -> str:
    return chance.choice(["//", "/.", "/./", "/../", "/x/..", "/%2e%2e", "/;", "\\", "/%2f"]) + path


def _open_suffix(path: str, chance: random.Random) -> str:
    joint = chance.choice(["", ";", "?", "#", "/..", "%3f", "%23", "/;"])
    return path + joint + chance.choice(OPEN_SUFFIXES)


def _recased(path: str, chance: random.Random) -> str:
    return chance.choice([path.upper(), path.title(), path.replace("v1", "V1"), path.swapcase()])


def _cut(path: str, chance: random.Random) -> str:
    steps = path.split("/")
    at = chance.randrange(len(steps))
    steps[at] = chance.choice(
        ["", "..", ".", "%00", "%c0%af", "*", "{id}", "0", "\u00e9", "a" * 9_000, " "]
    )
    return "/".join(steps)


def _encoded(path: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(path))
    return path[:at] + f"%{ord(path[at]):02x}" + path[at + 1 :]


def _foreign(path: str, chance: random.Random) -> str:
    return chance.choice(
        ["*", "http://evil.test" + path, "//evil.test" + path, "", "?" + path, "evil:80"]
    )


PATH_TRICKS: tuple[Callable[[str, random.Random], str], ...] = (
    *(_appended, _prefixed, _open_suffix, _recased, _cut, _encoded, _encoded, _foreign),
)
