"""Workflows in which somebody is waited for: a person, a caller who never comes, the first ways into a join."""

from typing import Any

from tests.chaos.documents import ASKED, NUMBER, OTHER, Kind, call, formula, kinds, node, wired
from tests.chaos.random_documents import random_kinds

HOUR = {"duration": "1h"}
# What the other tenant has, too, under the same paths and with the same ids of what is called.
OF_BOTH = ("calls_abreast", "regions", "callers", "called_back", "answered_late")


def decided(url: str, hook: dict[str, Any]) -> dict:
    #  person ─approved─► yes ─┐
    #      ├─rejected──► no ───┼─► join ─► after ─► end
    #      └─timeout───► late ─┘
    form = {"type": "object", "required": ["n"], "properties": {"n": {"type": "number"}}}
    asked = {"title": f"{{{{ {NUMBER} }}}}?", "form": form}
    return wired(
        [
            node(ASKED, "control:approval", asked),
            formula("yes", f"steps.{ASKED}.data.n + 1"),
            formula("no", f"{NUMBER} * 100"),
            formula("late", "0 - 1"),
            node("join", "control:merge", {"mode": "append"}),
            call("after", f"{url}/slow/20"),
            formula("end", "(steps.yes ?? steps.no) + steps.after.status_code"),
        ],
        f"{ASKED}:approved > yes",
        f"{ASKED}:rejected > no",
        f"{ASKED}:timeout > late",
        "yes > join",
        "no > join",
        "late > join",
        "join > after",
        "after > end",
        hook=hook,
    )


def counted(url: str, hook: dict[str, Any]) -> dict:
    #  fork ─► quick ──────────┐                odd? ─true──► here ──┐
    #   ├────► steady ─────────┼─► two (of 3) ─► └────false─► there ─┴─► both (of 2: only one can come) ─► end
    #   └────► hour ─► never ──┘
    return wired(
        [
            node("fork", "control:fork"),
            call("quick", f"{url}/ok"),
            call("steady", f"{url}/slow/120"),
            node("hour", "control:delay", HOUR),
            formula("never", "1"),
            node("two", "control:join", {"mode": "n", "count": 2}),
            node("odd", "control:if", {"condition": f"{NUMBER} % 2 == 1"}),
            formula("here", "1"),
            formula("there", "2"),
            node("both", "control:join", {"mode": "n", "count": 2}, on_error="continue"),
            formula("end", f"[{NUMBER}, steps.two.completed_branches, steps.both.error.code]"),
        ],
        "fork > quick",
        "fork > steady",
        "fork > hour",
        "hour > never",
        "quick > two",
        "steady > two",
        "never > two",
        "two > odd",
        "odd:true > here",
        "odd:false > there",
        "here > both",
        "there > both",
        "both > end",
        hook=hook,
    )


def raced(url: str, hook: dict[str, Any]) -> dict:
    """Two calls of which the first one counts; the other may have landed, too."""
    return wired(
        [
            node("fork", "control:fork"),
            call("left", f"{url}/slow/40"),
            call("right", f"{url}/slow/40"),
            node("join", "control:join", {"mode": "first"}),
            formula("end", f"{NUMBER} + steps.join.completed_branches"),
        ],
        "fork > left",
        "fork > right",
        "left > join",
        "right > join",
        "join > end",
        hook=hook,
    )


def in_vain(url: str, hook: dict[str, Any]) -> dict:
    #  fork ─► alone ─timeout─────► uncalled ──┐
    #   ├────► unasked ─rejected──► unheard ───┼─► all ─► end
    #   └────► quick, hour ─► patient (½ s) ───┘
    return wired(
        [
            node("fork", "control:fork"),
            node("alone", "control:wait_for_webhook", {"timeout_s": 1}),
            node(
                "unasked",
                "control:approval",
                {"title": "?", "timeout_s": 1, "on_timeout": "reject"},
            ),
            call("quick", f"{url}/ok"),
            node("hour", "control:delay", HOUR),
            formula("called", "1"),
            formula("approved", "2"),
            formula("uncalled", "steps.alone.timed_out"),
            formula("unheard", "steps.unasked.decision"),
            node(
                "patient",
                "control:join",
                {"mode": "all", "timeout_s": 0.5, "on_timeout": "continue"},
            ),
            node("all", "control:join", {"mode": "all"}),
            formula(
                "end",
                f"[{NUMBER}, steps.uncalled, steps.unheard, steps.patient.completed_branches]",
            ),
        ],
        "fork > alone",
        "fork > unasked",
        "fork > quick",
        "fork > hour",
        "alone:main > called",
        "alone:timeout > uncalled",
        "unasked:approved > approved",
        "unasked:rejected > unheard",
        "quick > patient",
        "hour > patient",
        "called > all",
        "approved > all",
        "uncalled > all",
        "unheard > all",
        "patient > all",
        "all > end",
        hook=hook,
    )


MAKERS = (decided, counted, raced, in_vain)


def meetings(url: str) -> list[Kind]:
    """Every workflow of this page, calling the receiver at `url`."""
    return [
        Kind(
            make.__name__,
            make(url, {"path": f"chaos-{make.__name__}", "auth_type": "none"}),
            is_race=make is raced,
        )
        for make in MAKERS
    ]


def cast(url: str, seed: int) -> list[Kind]:
    """Everything that is started by a delivery or an order in a run of chaos, of both tenants."""
    first = [*kinds(url), *meetings(url)]
    again = [
        Kind(f"{OTHER}:{kind.name}", kind.definition, kind.others, OTHER)
        for kind in first
        if kind.name in OF_BOTH
    ]
    return [*first, *again, *random_kinds(url, seed)]
