"""JavaScript in a child: V8, with nothing of the world in reach. Runs in the child only."""

import json
import os
import re
import time
from typing import Any, cast

from py_mini_racer import (
    JSEvalException,
    JSFunction,
    JSOOMException,
    JSParseException,
    JSTimeoutException,
    MiniRacer,
    init_mini_racer,
)

from apps.adapters.code import jail, probe, seccomp
from apps.adapters.code.words import Reply, Task, fault

# No code from texts, so no constructor chain makes a function; no WebAssembly.
FLAGS = ("--single-threaded", "--disallow-code-generation-from-strings", "--no-expose-wasm")
# What V8 itself needs beside the heap that is counted; collecting garbage, it holds much of the heap twice. The heap's own
# limit comes first, with a word; this one stands behind it, and before buffers, which are no part of the heap.
SPARE_BYTES = 64 * 1024 * 1024
# The script stands in a function of its own, below one line of ours.
HEAD, TAIL = "(async function (ctx, context) {\n", "\n})"
LINES_BEFORE = 1
# How long the bookkeeping after a script may take, and a script that has ended in time may be looked at.
AFTERWARDS_S = 0.5
LAST_LOOK_S = 0.2

_FRAME = re.compile(r"<anonymous>:(\d+):(\d+)")
_HEADER = re.compile(r"<anonymous>:(\d+): (.*)")

# Takes what it needs of the built-ins before a script can change them, then takes away what no script gets.
PRELUDE = r"""
(() => {
  "use strict";
  const { stringify, parse } = JSON;
  const { isFinite } = Number;
  const Whole = Promise;
  const { then } = Whole.prototype;
  const { apply } = Reflect;
  const { slice } = String.prototype;
  const text = String;
  const odd = [[Map, "a Map"], [Set, "a Set"], [RegExp, "a RegExp"], [Promise, "a Promise"],
    [ArrayBuffer, "an ArrayBuffer"], [WeakMap, "a WeakMap"], [WeakSet, "a WeakSet"], [Error, "an Error"]];
  const lines = { __proto__: null, count: 0, characters: 0, dropped: 0, all: { __proto__: null } };
  const state = { __proto__: null, is: "pending", value: null };
  let most = { __proto__: null, lines: 0, characters: 0, line: 0, value: 0 };

  class NotJson extends Error {}
  const shown = (value) => {
    if (typeof value === "string") return value;
    try { const made = stringify(value); return made === undefined ? text(value) : made; }
    catch { try { return text(value); } catch { return "?"; } }
  };
  const write = (level, values) => {
    if (lines.count >= most.lines || lines.characters >= most.characters) { lines.dropped += 1; return; }
    let line = "";
    for (let at = 0; at < values.length && line.length <= most.line; at += 1) {
      line += (at ? " " : "") + shown(values[at]);
    }
    line = apply(slice, line, [0, most.line]);
    lines.all[lines.count] = { __proto__: null, level, text: line };
    lines.count += 1;
    lines.characters += line.length;
  };
  const console = { __proto__: null };
  for (const [name, level] of [["log", "info"], ["info", "info"], ["debug", "debug"], ["trace", "debug"],
    ["warn", "warning"], ["error", "error"]]) {
    console[name] = (...values) => write(level, values);
  }
  const strict = function (key, value) {
    switch (typeof value) {
      case "number":
        if (!isFinite(value)) throw new NotJson(`${value} is no number of JSON`);
        return value;
      case "bigint": throw new NotJson("a BigInt is no JSON; make a number or a text of it");
      case "function": throw new NotJson("a function is no JSON");
      case "symbol": throw new NotJson("a Symbol is no JSON");
      case "object":
        for (let at = 0; at < odd.length; at += 1) {
          if (value instanceof odd[at][0]) throw new NotJson(`${odd[at][1]} is no JSON; return its content`);
        }
        return value;
      default: return value;
    }
  };
  const failed = (error) => {
    const told = { name: "", message: "", stack: "" };
    try {
      if (error instanceof Error) {
        told.name = apply(slice, text(error.name), [0, 100]);
        told.message = apply(slice, text(error.message), [0, 2000]);
        told.stack = apply(slice, text(error.stack), [0, 8000]);
      } else { told.message = apply(slice, shown(error), [0, 2000]); }
    } catch { told.message = "an error that cannot be shown"; }
    state.is = error instanceof NotJson ? "odd" : "failed";
    state.value = told;
  };
  const done = (value) => {
    try {
      state.value = stringify(value === undefined ? null : value, strict);
      state.is = state.value.length > most.value ? "large" : "done";
    }
    catch (error) {
      if (error instanceof TypeError) { error = new NotJson("the result refers to itself"); }
      failed(error);
    }
  };
  const run = (script, given) => {
    const ctx = parse(given);
    const promise = script(ctx, ctx);
    if (promise instanceof Whole) apply(then, promise, [done, failed]);
    else failed("The script has a “}” too many.");
  };
  const told = () => stringify({ is: state.is, lines: lines.all, dropped: lines.dropped,
    error: state.is === "failed" || state.is === "odd" ? state.value : null });
  const value = () => state.value;
  const limit = (count, characters, line, length) => {
    most = { __proto__: null, lines: count, characters, line, value: length };
  };

  globalThis.console = console;
  for (const name of ["setTimeout", "clearTimeout", "__timer_manager"]) globalThis[name] = undefined;
  for (const name of ["eval", "Function", "SharedArrayBuffer", "Atomics", "WebAssembly", "globalThis"]) {
    delete globalThis[name];
  }
  return [run, told, value, limit];
})()
"""


class Guest:
    """V8 as the keeper has loaded it: without a thread, because children are forked after this."""

    def __init__(self) -> None:
        init_mini_racer(flags=FLAGS)

    def descriptors(self) -> set[int]:
        """Nothing stays open."""
        return set()

    def allowed(self) -> list[tuple[str | int, int]]:
        """No file at all."""
        return []

    def start(self, size: int) -> "JavaScript":
        """Make an isolate."""
        return JavaScript(size)


class JavaScript:
    """One isolate, for one script."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._racer = MiniRacer()
        self._run, self._told, self._value, self._limit = cast("Any", self._racer.eval(PRELUDE))

    def _seal(self, task: Task) -> None:
        """Close the last doors: from here on the child computes, and speaks with the worker alone."""
        most = jail.data_bytes(self._size) + task.memory_bytes * 3 // 2 + SPARE_BYTES
        os.close(self._size)
        jail.may_be_looked_at(yes=False)
        jail.bound(most, task.timeout_s)
        seccomp.install(seccomp.COMPUTING, [seccomp.only_itself(os.getpid())], all_threads=True)

    def probe(self, task: Task) -> Reply:
        """Try to get out."""
        self._seal(task)
        return Reply(breaches=probe.breaches(task.targets, task.memory_bytes))

    def check(self, task: Task) -> Reply:
        """Read the script without running any of it: an error thrown before it comes first, once all is read."""
        self._seal(task)
        try:
            self._racer.eval(f"throw 0; {HEAD}{task.source}{TAIL}", timeout_sec=task.timeout_s)
        except JSParseException as error:
            return Reply(fault=_unreadable(error))
        except JSTimeoutException:
            return Reply(fault=fault("code_timeout", "The script takes too long to read."))
        except JSEvalException:
            pass
        return Reply()

    def run(self, task: Task) -> Reply:
        """Run the script to its result, its failure or its end of time."""
        self._seal(task)
        began_s = time.monotonic()
        self._racer.set_hard_memory_limit(task.memory_bytes)
        self._limit(task.most_lines, task.most_characters, task.longest_line, task.most_bytes)
        try:
            script = self._racer.eval(f"{HEAD}{task.source}{TAIL}", timeout_sec=task.timeout_s)
            if not isinstance(script, JSFunction):
                return Reply(fault=fault("code_error", "The script has a “}” too many."))
            self._run(script, task.context, timeout_sec=task.timeout_s)
            return self._answer(task, began_s + task.timeout_s)
        except JSParseException as error:
            return Reply(fault=_unreadable(error))
        except (JSTimeoutException, JSOOMException) as error:
            return self._ended(task, error)
        except JSEvalException as error:
            ran_out = self._racer.was_hard_memory_limit_reached()
            return self._ended(task, error) if ran_out else Reply(fault=_failed(str(error)))

    def _ended(self, task: Task, error: JSEvalException) -> Reply:
        """Return the failure of a script that was stopped, with its lines, if the isolate still has them."""
        found = fault("code_timeout", task.overrun)
        if self._racer.was_hard_memory_limit_reached() or isinstance(error, JSOOMException):
            found = fault("out_of_memory", task.out_of_memory)
        try:
            said = json.loads(str(self._told(timeout_sec=AFTERWARDS_S)))
        except Exception:  # noqa: BLE001 - an isolate that was stopped may have lost its lines; the failure stands
            return Reply(fault=found)
        return Reply(lines=list(said["lines"].values()), dropped=said["dropped"], fault=found)

    def _answer(self, task: Task, over_at: float) -> Reply:
        # The call returns at its first `await`. What follows runs before the next call is answered, in what time is left.
        left_s = max(0.0, over_at - time.monotonic()) + LAST_LOOK_S
        said = json.loads(str(self._told(timeout_sec=left_s)))
        reply = Reply(lines=list(said["lines"].values()), dropped=said["dropped"])
        match said["is"]:
            case "done":
                reply.value = str(self._value(timeout_sec=AFTERWARDS_S))
            case "large":
                reply.fault = fault("output_too_large", task.too_large)
            case "odd":
                why = said["error"]["message"]
                reply.fault = fault("output_not_json", f"The result is no JSON: {why}.")
            case "failed":
                reply.fault = _thrown(said["error"])
            case _ if self._racer.was_hard_memory_limit_reached():
                reply.fault = fault("out_of_memory", task.out_of_memory)
            case _:
                reply.fault = fault(
                    "code_error", "The script waits for a promise that nothing settles."
                )
        return reply


def _thrown(told: dict[str, str]) -> dict[str, Any]:
    frame = _FRAME.search(told["stack"])
    message = ": ".join(filter(None, (told["name"], told["message"]))) or "the script threw nothing"
    if frame is None:
        return fault("code_error", message)
    return fault("code_error", message, line=_own_line(frame[1]), column=int(frame[2]))


def _unreadable(error: JSParseException) -> dict[str, Any]:
    shown = str(error).splitlines()
    header = _HEADER.match(shown[0]) if shown else None
    if header is None:
        return fault("code_error", "The script cannot be read.")
    column = shown[2].find("^") + 1 if len(shown) > 2 else 0
    return fault("code_error", header[2], line=_own_line(header[1]), column=column or None)


def _failed(shown: str) -> dict[str, Any]:
    frame, header = _FRAME.search(shown), _HEADER.match(shown)
    line, column = (_own_line(frame[1]), int(frame[2])) if frame else (None, None)
    return fault("code_error", header[2] if header else shown[:2000], line=line, column=column)


def _own_line(number: str) -> int:
    return max(1, int(number) - LINES_BEFORE)
