"""Nothing is left lying about: no reminders, no stubs, no machine's paths, no secrets, no heavy files."""

import ast
import re

from tests.house.tree import (
    GENERATED,
    ROOT,
    Function,
    Source,
    dotted,
    files,
    idle,
    refuse,
    sources,
    texts,
)

LARGEST_FILE_BYTES = 512 * 1024
REMINDER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATH = re.compile(
    r"(?<![\w.~*$}/-])/(?:work|tmp|root|home/\w+|Users/\w+)(?=[/\s\"'`),:;]|$)"
)
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/=]{40,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b"
    r"|\bxox[abpr]-[0-9]{6,}|\bsk_live_[A-Za-z0-9]{16,}|\bAIza[0-9A-Za-z_-]{35}\b"
)
ESCAPE = re.compile(
    r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z\-, ]+\])(?P<reason>.*)$", re.MULTILINE
)

# Files that must speak of such things, and why.
MAY_NAME_PATHS: dict[str, str] = {
    "docker/compose.yaml": "a folder inside the container, which is the same everywhere",
}
MAY_REMIND = {
    "tests/house/": "the rule and its planted trespass name the words",
}
MAY_LOOK_SECRET: dict[str, str] = {}
ABSTRACT = {"Protocol", "ABC"}


def test_nobody_leaves_a_reminder() -> None:
    refuse(
        (
            f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group()}"
            for name, text in texts().items()
            if not name.startswith(tuple(MAY_REMIND))
            for found in REMINDER.finditer(text)
        ),
        "Do it now, or write an issue:",
    )


def test_no_text_names_a_path_of_one_machine() -> None:
    refuse(
        (
            f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {found.group().strip()}"
            for name, text in texts().items()
            if not name.startswith("tests/") and name not in MAY_NAME_PATHS
            for found in MACHINE_PATH.finditer(text)
        ),
        "The project speaks of itself alone, not of the machine it was written on:",
    )


def test_no_credential_lies_in_the_tree() -> None:
    refuse(
        (
            f"{name}:{text.count(chr(10), 0, found.start()) + 1}: looks like a credential"
            for name, text in texts().items()
            if name not in MAY_LOOK_SECRET
            for found in SECRETS.finditer(text)
        ),
        "Secrets are made at start-up or come from outside:",
    )


def test_no_file_is_heavy() -> None:
    refuse(
        (
            f"{name}: {size // 1024} KiB, at most {LARGEST_FILE_BYTES // 1024}"
            for name in files()
            if not name.startswith(GENERATED)
            for size in [(ROOT / name).stat().st_size]
            if size > LARGEST_FILE_BYTES
        ),
        "History keeps every file for ever:",
    )


def test_no_function_is_a_stub() -> None:
    refuse(
        (
            source.at(function, f"{function.name}() does nothing")
            for source in sources("apps/", "gorax/")
            if not source.is_test
            for function in concrete_functions(source)
            if is_empty(function)
        ),
        "A function that does nothing waits for someone who will not come:",
    )


def concrete_functions(source: Source) -> list[Function]:
    """Functions that are expected to do something.

    Left out: protocols, overloads, abstract methods, and methods that answer nothing and say why.
    """
    excused = {
        id(child)
        for node in source.nodes(ast.ClassDef)
        for child in node.body
        if ABSTRACT & {base_name(base) for base in node.bases}
        or (isinstance(child, Function) and says_why_it_does_nothing(child))
    }
    return [
        function
        for function in source.functions
        if id(function) not in excused
        if not {dotted(decorator).split(".")[-1] for decorator in function.decorator_list}
        & {"overload", "abstractmethod"}
    ]


def says_why_it_does_nothing(method: Function) -> bool:
    has_result = method.returns is not None and ast.unparse(method.returns) != "None"
    return not has_result and len(method.body) == 1 and is_docstring(method.body[0])


def base_name(base: ast.expr) -> str:
    return dotted(base.value if isinstance(base, ast.Subscript) else base).split(".")[-1]


def is_empty(function: Function) -> bool:
    body = [statement for statement in function.body if not is_docstring(statement)]
    if not body:
        return True
    raised = body[0].exc if isinstance(body[0], ast.Raise) else None
    is_unwritten = raised is not None and dotted(raised) == "NotImplementedError"
    return len(body) == 1 and (is_unwritten or isinstance(body[0], ast.Pass))


def is_docstring(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and (isinstance(value.value, str) or value.value is ...)


def test_every_escape_from_a_rule_says_why() -> None:
    refuse(
        (
            f"{source.path}:{number}: {found.group()}"
            for source in sources()
            for found in ESCAPE.finditer(source.text)
            for number in [source.text.count("\n", 0, found.start()) + 1]
            if len(found["reason"].strip(" -#")) < 3
            if not source.text.splitlines()[number - 2].lstrip().startswith("# ")
        ),
        "`# noqa: RULE - reason`, `# type: ignore[code]  # reason`, or the reason in the line above:",
    )


def test_no_allowance_is_idle() -> None:
    everything = files()

    refuse(
        [
            trespass
            for allowances in (MAY_NAME_PATHS, MAY_LOOK_SECRET)
            for trespass in idle(allowances, everything)
        ],
        "Allowances for files that are gone:",
    )
