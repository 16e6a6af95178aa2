"""Requests written by hand, as no well-meaning client writes them: bodies, paths, queries, headers, framing."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.contracts.openapi import operations
from tests.fuzz.api import texts
from tests.fuzz.api.garden import Garden, Headers
from tests.fuzz.api.wire import Trial, chunked, request

JSON = "application/json"
BODILESS = frozenset({"GET", "DELETE"})
METHODS = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"),
    *("PROPFIND", "get", "QUERY", "X" * 300),
)
# Its bytes, whether a server must hand it on, and whether it has an end.
Made = tuple[bytes, bool, bool]


class Corpus:
    """Makes the request of a number; the same number and seed always make the same one."""

    def __init__(self, document: dict[str, Any], garden: Garden, seed: str) -> None:
        self._garden = garden
        self._seed = seed
        self._calls = [
            (method, path)
            for method, path, _ in operations(document)
            if not path.endswith(("/sign-out", "/refresh"))
        ]
        self._bodied = [call for call in self._calls if call[0] not in BODILESS]
        self._queried = [
            (method, path, [each["name"] for each in operation["parameters"]])
            for method, path, operation in operations(document)
            if method == "GET" and operation.get("parameters")
        ]

        self._fields = {
            (method, path): names
            for method, path, operation in operations(document)
            if (names := _fields_of(document, operation))
        }

    def trials(self, count: int) -> Iterator[Trial]:
        """Yield `count` requests, each family in its turn."""
        for number in range(count):
            family = FAMILIES[number % len(FAMILIES)]
            seed = f"{self._seed}:{number}"
            raw, is_http, is_whole = family(self, random.Random(seed))
            yield Trial(seed, family.__name__.strip("_"), raw, is_http, is_whole)

    def _ask(
        self,
        chance: random.Random,
        method: str,
        target: str | bytes,
        more: Headers | None = None,
        body: bytes = b"",
    ) -> bytes:
        public = b"/auth/sign-" in (target if isinstance(target, bytes) else target.encode())
        host = self._garden.public_host if public else self._garden.host
        return request(
            method, target, [("Host", host), *self._garden.caller(chance), *(more or [])], body
        )

    def _bodies(self, chance: random.Random) -> Made:
        """A body that is broken, too deep, too long, or not what its type says."""
        method, path = chance.choice(self._bodied)
        body = texts.body(chance)
        media_type = JSON if chance.random() < 0.85 else chance.choice(texts.MEDIA_TYPES)
        headers: Headers = [("Content-Type", media_type)]
        if chance.random() < 0.1:
            headers.append(("Content-Encoding", chance.choice(["gzip", "br", "identity", "x"])))
        return self._ask(chance, method, self._garden.filled(path), headers, body), True, True

    def _values(self, chance: random.Random) -> Made:
        """A body of good JSON, with names that are known there and values that are not meant."""
        method, path = chance.choice(self._bodied)
        value = {
            name: texts.value(chance) for name in chance.sample(texts.NAMES, chance.randint(1, 6))
        }
        body = json.dumps(value).encode()
        headers: Headers = [("Content-Type", JSON)]
        if chance.random() < 0.2:
            headers.append((chance.choice(["If-Match", "Idempotency-Key"]), texts.header(chance)))
        return self._ask(chance, method, self._garden.filled(path), headers, body), True, True

    def _unstorable(self, chance: random.Random) -> Made:
        """Text that no column can hold, in every field that is known there: some refusal repeats it."""
        method, path = chance.choice(sorted(self._fields))
        value = dict.fromkeys(self._fields[method, path], chance.choice(texts.UNSTORABLE))
        headers: Headers = [("Content-Type", JSON)]
        body = json.dumps(value).encode()
        return self._ask(chance, method, self._garden.filled(path), headers, body), True, True

    def _deliveries(self, chance: random.Random) -> Made:
        """What a stranger sends to a webhook that is there, is not, or waits."""
        path = chance.choice(
            [f"/webhooks/{self._garden.hook_path}", "/webhooks/", "/webhooks/-/", "/webhooks/x"]
        )
        if chance.random() < 0.3:
            path += chance.choice(texts.TAILS)
        headers: Headers = [("Content-Type", chance.choice([JSON, *texts.MEDIA_TYPES]))]
        method = chance.choice(["POST", "POST", "PUT", "GET", "HEAD", "DELETE", "OPTIONS"])
        return self._ask(chance, method, path, headers, texts.body(chance)), True, True

    def _paths(self, chance: random.Random) -> Made:
        """A path that only looks like one of ours."""
        method, path = chance.choice(self._calls)
        whole = self._garden.filled(path)
        shape = chance.choice(texts.PATH_TRICKS)
        target = shape(whole, chance)
        return self._ask(chance, method, target), _is_target(target), True

    def _queries(self, chance: random.Random) -> Made:
        """Query parameters that are known, filled with what is not."""
        method, path, names = chance.choice(self._queried)
        asked = [*names, *texts.PARAMETERS]
        pairs = [
            (chance.choice(asked), texts.parameter(chance)) for _ in range(chance.randint(1, 4))
        ]
        query = "&".join(f"{name}={value}" for name, value in pairs)
        target = f"{self._garden.filled(path)}?{query}".encode("utf-8", "surrogatepass")
        return self._ask(chance, method, target), _is_target(target), True

    def _methods(self, chance: random.Random) -> Made:
        """A method that is not offered there, or is none."""
        _, path = chance.choice(self._calls)
        method = chance.choice(METHODS)
        headers: Headers = []
        if chance.random() < 0.3:
            headers.append(("X-HTTP-Method-Override", chance.choice(METHODS)))
        # A server may know no method of three hundred letters.
        return (
            self._ask(chance, method, self._garden.filled(path), headers),
            len(method) < 100,
            True,
        )

    def _headers(self, chance: random.Random) -> Made:
        """Headers that are wrong, many, long or twice."""
        method, path = chance.choice(self._calls)
        extra: Headers = [
            (chance.choice(texts.HEADER_NAMES), texts.header(chance))
            for _ in range(chance.randint(1, 3))
        ]
        is_http = True
        drawn = chance.random()
        if drawn < 0.1:
            extra += [(f"X-Flood-{number}", "x") for number in range(chance.choice([40, 90, 2000]))]
        elif drawn < 0.2:
            extra.append(("X-Long", "x" * chance.choice([4_000, 9_000, 70_000, 900_000])))
        if drawn < 0.2:
            is_http = False
        body = b"{}" if method not in BODILESS else b""
        if body:
            extra.append(("Content-Type", JSON))
        return self._ask(chance, method, self._garden.filled(path), extra, body), is_http, True

    def _callers(self, chance: random.Random) -> Made:
        """Somebody who is not who they say."""
        method, path = chance.choice(self._calls)
        headers: Headers = [
            ("Host", chance.choice([self._garden.host, *texts.hosts(self._garden.port)]))
        ]
        headers.append(("Authorization", chance.choice(texts.credentials(chance))))
        if chance.random() < 0.5:
            headers.append(("Cookie", chance.choice(texts.COOKIES)))
        body = b"{}" if method not in BODILESS else b""
        return request(method, self._garden.filled(path), headers, body), False, True

    def _framing(self, chance: random.Random) -> Made:
        """A body whose length is a lie, in chunks that are none, or that never ends."""
        method, path = chance.choice(self._bodied)
        body = chance.choice([b'{"name": "a"}', b"{}", b"[" * 1000, b"x" * 100_000])
        raw, extra, is_whole = chance.choice(
            [
                (body, [("Content-Length", str(len(body) + chance.choice([1, 10, 10**6])))], False),
                (body, [("Content-Length", str(max(0, len(body) - 2)))], True),
                (
                    body,
                    [("Content-Length", chance.choice(["-1", "x", "1e3", "9" * 40, "+2", ""]))],
                    False,
                ),
                (body, [("Content-Length", "2"), ("Content-Length", "4")], False),
                (body, [("Content-Length", "2"), ("Transfer-Encoding", "chunked")], False),
                (chunked(body, 7), [("Transfer-Encoding", "chunked")], True),
                (chunked(body, 3)[:-4], [("Transfer-Encoding", "chunked")], False),
                (b"zz\r\n" + body, [("Transfer-Encoding", "chunked")], False),
                (b"ffffffffffffffff1\r\n", [("Transfer-Encoding", "chunked")], False),
                (
                    body,
                    [("Transfer-Encoding", chance.choice(["gzip", "identity", "chunked, x"]))],
                    False,
                ),
                (body, [("Expect", chance.choice(["100-continue", "200-ok"]))], False),
            ]
        )
        headers: Headers = [("Content-Type", JSON), *extra]
        return self._ask(chance, method, self._garden.filled(path), headers, raw), False, is_whole

    def _bytes(self, chance: random.Random) -> Made:
        """What is hardly HTTP."""
        good = self._ask(chance, "GET", "/api/v1/workflows")
        at = chance.randrange(len(good))
        raw = chance.choice(
            [
                good[:at],
                good[:at] + bytes([chance.randrange(256)]) + good[at + 1 :],
                good.replace(b"HTTP/1.1", chance.choice([b"HTTP/9.9", b"HTTP/1.0", b"", b"\x00"])),
                good.replace(b"\r\n", b"\n"),
                b"\r\n\r\n" + good,
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                bytes(chance.randrange(256) for _ in range(200)),
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            ]
        )
        return raw, False, False


FAMILIES: tuple[Callable[[Corpus, random.Random], Made], ...] = (
    Corpus._bodies,
    Corpus._values,
    Corpus._unstorable,
    Corpus._deliveries,
    Corpus._paths,
    Corpus._queries,
    Corpus._bodies,
    Corpus._values,
    Corpus._methods,
    Corpus._headers,
    Corpus._callers,
    Corpus._queries,
    Corpus._framing,
    Corpus._bytes,
)


def _fields_of(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """Return the names of the fields that a body of JSON may have there."""
    content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return sorted(document["components"]["schemas"].get(name, {}).get("properties", ()))


def _is_target(target: str | bytes) -> bool:
    """Say whether a request line may hold this: else a server refuses it by itself."""
    raw = target if isinstance(target, bytes) else target.encode("utf-8", "surrogatepass")
    is_printable = all(0x21 <= byte <= 0x7E for byte in raw)
    return raw.startswith(b"/") and is_printable and len(raw) < 8_000
