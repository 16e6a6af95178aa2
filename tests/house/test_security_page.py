"""The page on security speaks of every section of ASVS 5.0, and what it says to be proven names a proof that is there."""

import re

from tests.house.tree import ROOT, refuse

PAGE = ROOT / "docs" / "explanation" / "security.md"
# How many sections each chapter of ASVS 5.0 has.
SECTIONS = (5, 4, 7, 4, 4, 8, 6, 4, 2, 7, 7, 3, 4, 3, 4, 5, 3)
ROW = re.compile(r"^\| V(\d+)\.(\d+) [^|]+ \| (\w+|–) \| ([^|]+) \| ([^|]*)\|$", re.MULTILINE)
PROVEN = {"holds", "partly"}


def rows() -> list[tuple[str, str, str]]:
    """Section, state and proofs of each row."""
    text = PAGE.read_text(encoding="utf-8")
    return [
        (f"{chapter}.{section}", state, proofs)
        for chapter, section, state, _, proofs in ROW.findall(text)
    ]


def test_every_section_has_a_row() -> None:
    wanted = [
        f"{chapter}.{section}"
        for chapter, many in enumerate(SECTIONS, 1)
        for section in range(1, many + 1)
    ]

    assert [section for section, _, _ in rows()] == wanted


def test_what_holds_names_proofs_and_what_is_not_there_names_none() -> None:
    refuse(
        (
            f"{section} is “{state}” and names {len(re.findall('`', proofs)) // 2} proofs"
            for section, state, proofs in rows()
            if state not in {*PROVEN, "not", "–"} or (state in PROVEN) != bool(proofs.strip())
        ),
        "Rows of docs/explanation/security.md:",
    )


def test_every_proof_on_the_page_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")

    refuse(
        (
            f"{proof} is not there"
            for proof in re.findall(r"`((?:tests|apps|gorax)/[\w/.]+)", text)
            if not (ROOT / proof).exists()
        ),
        "Proofs that docs/explanation/security.md names:",
    )
