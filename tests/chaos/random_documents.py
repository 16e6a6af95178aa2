"""Random workflows of real nodes, made so that their outcome cannot depend on who does what first.

Left out are the constructs that race by their meaning (engine.md, section 5): first and n of several, a break with passes
side by side, two failures side by side that stop. Every block ends in a formula, so that no answer's date is an output.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.documents import NUMBER, RETRY, Kind, call, formula, node, wired

MOST_NODES = 18
DEEPEST = 2
KINDS_PER_RUN = 6


@dataclass
class Sketch:
    """A document in the making. `exits` are where the next block hangs, as `node` or `node:port`."""

    draw: random.Random
    url: str
    nodes: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    exit: str = ""
    depth: int = 0
    has_block: bool = False
    is_in_pass: bool = False
    results: list[str] = field(default_factory=list)

    def add(self, made: dict[str, Any]) -> str:
        """Hang a node on the exit, which it becomes; return its id."""
        self.nodes.append(made)
        if self.exit:
            self.lines.append(f"{self.exit} > {made['id']}")
        self.exit = made["id"]
        return self.exit

    def name(self, word: str) -> str:
        """Return an id that nothing has; some have a hyphen before a digit, as ids often do."""
        return f"{word}{self.draw.choice(('-', '_'))}{len(self.nodes)}"

    def inside(self, exit: str, write: Callable[["Sketch"], None], *, is_in_pass: bool) -> str:  # noqa: A002 - the word
        """Write something that hangs on `exit`, one level deeper; return its own exit."""
        before = self.exit, self.is_in_pass
        self.exit, self.depth, self.is_in_pass = exit, self.depth + 1, is_in_pass or self.is_in_pass
        write(self)
        inner, self.depth = self.exit, self.depth - 1
        self.exit, self.is_in_pass = before
        return inner


def pure(sketch: Sketch) -> None:
    number = sketch.draw.randint(1, 99)
    what = sketch.draw.choice(
        (f"{NUMBER} * {number}", f"{NUMBER} % 7 + {number}", f"'{number}-' + string({NUMBER})")
    )
    sketch.add(formula(sketch.name("f"), what))


def listed(sketch: Sketch) -> None:
    values = [sketch.draw.randint(0, 9) for _ in range(4)]
    made = sketch.add(
        node(
            sketch.name("set"),
            "action:set",
            {"values": {"list": values, "n": f"{{{{ {NUMBER} }}}}"}},
        )
    )
    sketch.add(formula(sketch.name("f"), f"size(steps.{made}.list) + steps.{made}.n"))


def called(sketch: Sketch) -> None:
    path = sketch.draw.choice(("ok", "slow/20", "slow/60", "flaky/1", "flaky/2"))
    more = {"retry": RETRY} if path.startswith("flaky") else {}
    made = sketch.add(call(sketch.name("c"), f"{sketch.url}/{path}", **more))
    sketch.add(formula(sketch.name("f"), f"steps.{made}.status_code + {NUMBER}"))


def refused(sketch: Sketch) -> None:
    """A call that fails for good: it goes on, by its own port or by its usual one."""
    way = sketch.draw.choice(("continue", "branch"))
    made = sketch.add(call(sketch.name("c"), f"{sketch.url}/status/404", on_error=way))
    if way == "branch":
        sketch.exit = made
        sketch.add(formula(sketch.name("never"), "1"))
        sketch.exit = f"{made}:error"
    sketch.add(formula(sketch.name("f"), f"steps.{made}.error.status + {NUMBER}"))


def chosen(sketch: Sketch) -> None:
    """Ways of which one is taken; what comes after them cannot name what stands on them."""
    condition = {"condition": f"{NUMBER} % {sketch.draw.randint(2, 3)} == 0"}
    made = sketch.add(node(sketch.name("if"), "control:if", condition))
    ends = [
        sketch.inside(f"{made}:{port}", written, is_in_pass=False) for port in ("true", "false")
    ]
    joined(sketch, ends)


def abreast(sketch: Sketch) -> None:
    made = sketch.add(node(sketch.name("all"), "control:no_op"))
    ends = [
        sketch.inside(made, written, is_in_pass=False) for _ in range(sketch.draw.randint(2, 3))
    ]
    joined(sketch, ends)


def joined(sketch: Sketch, ends: list[str]) -> None:
    sketch.exit = ""
    made = sketch.add(node(sketch.name("join"), "control:merge", {"mode": "append"}))
    sketch.lines += [f"{end} > {made}" for end in ends]
    sketch.add(formula(sketch.name("f"), f"size(steps.{made}) * 1000 + {NUMBER}"))


def looped(sketch: Sketch) -> None:
    config = {
        "source": [sketch.draw.randint(1, 9) for _ in range(sketch.draw.randint(0, 5))],
        "concurrency": sketch.draw.randint(1, 3),
        "on_error": "continue",
    }
    made = sketch.add(node(sketch.name("loop"), "control:loop", config))

    def body(inner: Sketch) -> None:
        if inner.draw.random() < 0.4:
            inner.add(formula(inner.name("odd"), "10 / (item % 3)"))  # fails for each third item
        written(inner)
        inner.add(formula(inner.name("f"), "item * 10 + index"))

    sketch.inside(f"{made}:body", body, is_in_pass=True)
    sketch.exit = f"{made}:done"
    sketch.add(formula(sketch.name("f"), f"toJson(steps.{made}.iterations) + string({NUMBER})"))


def tried(sketch: Sketch) -> None:
    made = sketch.add(node(sketch.name("try"), "control:try"))

    def risky(inner: Sketch) -> None:
        written(inner)
        if inner.draw.random() < 0.6:
            inner.add(
                call(inner.name("c"), f"{inner.url}/status/{inner.draw.choice((400, 404, 410))}")
            )
        inner.add(formula(inner.name("f"), f"{NUMBER} + 1"))

    sketch.inside(f"{made}:try", risky, is_in_pass=True)
    sketch.inside(
        f"{made}:catch",
        lambda inner: inner.add(formula(inner.name("f"), "error.status ?? 0")) and None,
        is_in_pass=True,
    )
    if sketch.draw.random() < 0.5:
        sketch.inside(f"{made}:finally", written, is_in_pass=True)
    sketch.exit = f"{made}:done"
    sketch.add(formula(sketch.name("f"), f"toJson(steps.{made}) + string({NUMBER})"))


def tried_again(sketch: Sketch) -> None:
    """A block: one in a document and never in a pass, for it shows its tries, which a lost answer changes."""
    sketch.has_block = True
    made = sketch.add(
        node(sketch.name("retry"), "control:retry", {"attempts": 4, "first_wait_s": 0.1})
    )

    def body(inner: Sketch) -> None:
        inner.add(call(inner.name("c"), f"{inner.url}/flaky/1"))
        inner.add(formula(inner.name("f"), f"{NUMBER} + 5"))

    sketch.inside(f"{made}:body", body, is_in_pass=True)
    sketch.exit = f"{made}:done"
    sketch.add(formula(sketch.name("f"), f"{NUMBER} + 3"))


def rested(sketch: Sketch) -> None:
    wait = {"duration": f"{sketch.draw.choice((20, 100, 300))}ms"}
    sketch.add(node(sketch.name("rest"), "control:delay", wait))
    sketch.add(formula(sketch.name("f"), f"{NUMBER} - 1"))


def waited(sketch: Sketch) -> None:
    """A wait until a moment, which may have passed already."""
    hours = sketch.draw.choice((-1, 0.0001))
    until = {"until": f"{{{{ addHours(now(), {hours}) }}}}"}
    made = sketch.add(node(sketch.name("until"), "control:wait_until", until))
    sketch.add(formula(sketch.name("f"), f"string(steps.{made}.had_passed) + string({NUMBER})"))


def forked(sketch: Sketch) -> None:
    """Ways side by side that meet in a join for all of them."""
    made = sketch.add(node(sketch.name("fork"), "control:fork"))
    ends = [
        sketch.inside(made, written, is_in_pass=False) for _ in range(sketch.draw.randint(2, 3))
    ]
    sketch.exit = ""
    join = sketch.add(node(sketch.name("meet"), "control:join", {"mode": "all"}))
    sketch.lines += [f"{end} > {join}" for end in ends]
    sketch.add(formula(sketch.name("f"), f"steps.{join}.completed_branches * 1000 + {NUMBER}"))


def guarded(sketch: Sketch) -> None:
    """A circuit that nothing opens: what fails inside of it is mended there."""
    made = sketch.add(node(sketch.name("circuit"), "control:circuit_breaker"))
    sketch.inside(f"{made}:body", written, is_in_pass=True)
    sketch.exit = f"{made}:done"
    sketch.add(formula(sketch.name("f"), f"toJson(steps.{made}) + string({NUMBER})"))


def sorted_out(sketch: Sketch) -> None:
    """A switch with two cases and a fallback, which leads straight to the join."""
    cases = [
        {"name": name, "when": f"{NUMBER} % 3 == {rest}"}
        for name, rest in (("none", 0), ("one", 1))
    ]
    made = sketch.add(node(sketch.name("switch"), "control:switch", {"cases": cases}))
    ends = [sketch.inside(f"{made}:{name}", written, is_in_pass=False) for name in ("none", "one")]
    joined(sketch, [*ends, f"{made}:fallback"])


def side_by_side(sketch: Sketch) -> None:
    """Branches as passes; each has its end, and all are waited for."""
    names = [f"way{number}" for number in range(sketch.draw.randint(1, 3))]
    config = {"branches": names, "max_concurrency": sketch.draw.randint(1, 3)}
    made = sketch.add(node(sketch.name("parallel"), "control:parallel", config))
    for name in names:
        sketch.inside(f"{made}:{name}", written, is_in_pass=True)
    sketch.exit = f"{made}:done"
    sketch.add(formula(sketch.name("f"), f"toJson(steps.{made}) + string({NUMBER})"))


def given_up(sketch: Sketch) -> None:
    """A call that ends the execution as failed, for some of its numbers."""
    path = f"{{{{ {NUMBER} % 2 == 0 ? 'status/400' : 'ok' }}}}"
    sketch.add(call(sketch.name("c"), f"{sketch.url}/{path}"))


FLAT = (pure, pure, listed, called, called, refused, rested, waited)
DEEP = (chosen, abreast, forked, looped, tried, guarded, sorted_out, side_by_side)


def written(sketch: Sketch) -> None:
    """Write one to three blocks, one after the other."""
    for _ in range(sketch.draw.randint(1, 3)):
        is_full = sketch.depth >= DEEPEST or len(sketch.nodes) > MOST_NODES
        may_repeat = not sketch.has_block and not sketch.is_in_pass and sketch.depth == 0
        blocks = FLAT + (() if is_full else DEEP * 2) + ((tried_again,) * 2 if may_repeat else ())
        sketch.draw.choice(blocks)(sketch)
        if sketch.depth == 0:
            sketch.results.append(f"steps.{sketch.exit}")


def document(seed: str, url: str, hook: dict[str, Any]) -> dict[str, Any]:
    """Return the document of that seed, the same one on every machine; it calls the receiver at `url`.

    Its output holds what each of its outermost blocks came to; every fourth document fails for even numbers.
    """
    sketch = Sketch(random.Random(seed), url)  # noqa: S311 - nothing that must not be guessed
    written(sketch)
    written(sketch)
    if sketch.draw.random() < 0.25:
        given_up(sketch)
    sketch.add(formula(sketch.name("end"), f"[{', '.join(sketch.results)}]"))
    return wired(sketch.nodes, *sketch.lines, hook=hook)


def random_kinds(url: str, seed: int) -> list[Kind]:
    """Return the random workflows of a run of chaos."""
    hooks = [
        {"path": f"chaos-random-{index}", "auth_type": "none"} for index in range(KINDS_PER_RUN)
    ]
    return [
        Kind(f"random_{index}", document(f"{seed}:{index}", url, hook))
        for index, hook in enumerate(hooks)
    ]
