"""Every limit, run into: the script ends with the failure that names it, and the next one runs."""

import pytest

ENDLESS = [
    ("javascript", "while (true);"),
    ("javascript", "for (;;) { try { while (true); } finally { continue; } }"),
    ("javascript", "return /(a+)+$/.test('a'.repeat(40) + 'b')"),
    ("javascript", "await null; for (;;) await null"),
    ("python", "while True:\n    pass"),
    ("python", "while True:\n    try:\n        while True:\n            pass\n    except Exception:\n        pass"),
    ("python", "return sum(range(10 ** 12))"),
]  # fmt: skip
GREEDY = [
    ("javascript", "const all = []; while (true) all.push(new Array(100000).fill(all.length))"),
    ("javascript", "const all = []; while (true) all.push('x'.repeat(1000000) + all.length)"),
    ("javascript", "return 'x'.repeat(500000000)"),
    ("javascript", "const f = () => Promise.resolve().then(f); await f()"),
    ("python", "all = []\nwhile True:\n    all.append([1] * 100000)"),
    ("python", "return 'x' * 10 ** 10"),
    ("python", "return 2 ** 2 ** 40"),
    ("python", "x = 'x'\nwhile True:\n    x = x + x"),
]


@pytest.mark.parametrize(("language", "source"), ENDLESS)
def test_a_script_without_an_end_is_ended_when_its_time_is_up(run, language, source) -> None:
    fault = run(language, source, timeout_s=0.3).fault

    assert (fault.code, fault.is_retryable) == ("code_timeout", False)
    assert fault.message == "The script did not end within 0.3 s."


@pytest.mark.parametrize(("language", "source"), GREEDY)
def test_a_script_that_takes_too_much_memory_is_ended(run, language, source) -> None:
    fault = run(language, source, memory_mb=64, timeout_s=30.0).fault

    assert (fault.code, fault.is_retryable) == ("out_of_memory", False)
    assert fault.message == "The script needs more than 64 MB of memory."


def test_memory_beside_the_heap_is_bounded_too(run) -> None:
    source = "const all = []; while (true) all.push(new Uint8Array(10000000).fill(1))"

    fault = run("javascript", source, memory_mb=64).fault

    assert (fault.code, fault.message) == (
        "code_error",
        "RangeError: Array buffer allocation failed",
    )


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "return Array.from({ length: 1000000 }, (_, at) => at).length"),
        ("python", "return len([0] * 1000000)"),
    ],
)
def test_a_million_items_fit_into_the_usual_memory(run, language, source) -> None:
    assert run(language, source).value == 1_000_000


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "for (let n = 0; n < 1000000; n += 1) console.log('line ' + n)"),
        ("python", "for n in range(1000000):\n    print('line', n)"),
    ],
)
def test_of_a_million_lines_the_first_are_kept_and_the_others_counted(
    run, language, source
) -> None:
    reply = run(language, source)

    assert [line.text for line in reply.lines] == [f"line {n}" for n in range(200)]
    assert (reply.fault, reply.lines_dropped) == (None, 999_800)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "for (let n = 0; n < 100; n += 1) console.log('x'.repeat(1000000))"),
        ("python", "for n in range(100):\n    print('x' * 1000000)"),
    ],
)
def test_long_lines_are_cut_and_all_of_them_take_no_more_than_a_page(run, language, source) -> None:
    reply = run(language, source)

    assert {len(line.text) for line in reply.lines} == {2_000}
    assert (len(reply.lines), reply.lines_dropped) == (9, 91)


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "return 'x'.repeat(10485759)"),
        ("python", "return 'x' * 10485759"),
        ("javascript", "return 'ü'.repeat(6000000)"),
        ("python", "return 'ü' * 6000000"),
    ],
)
def test_a_result_beyond_what_a_step_may_hold_is_not_even_sent(run, language, source) -> None:
    fault = run(language, source).fault

    assert (fault.code, fault.message) == (
        "output_too_large",
        "The result takes more than 10485760 bytes.",
    )


@pytest.mark.parametrize(
    ("language", "source"),
    [("javascript", "return 'x'.repeat(10485700)"), ("python", "return 'x' * 10485700")],
)
def test_a_result_just_within_comes_back_whole(run, language, source) -> None:
    assert len(run(language, source).value) == 10_485_700


def test_more_time_than_a_script_may_have_counts_as_that(sandbox, run) -> None:
    assert run("javascript", "return 1", timeout_s=10_000.0).value == 1
