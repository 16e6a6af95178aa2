"""The page about the types of credentials is the one that the types make."""

from tests.contracts import credential_pages


def test_the_page_of_credential_types_is_the_one_that_the_types_make() -> None:
    assert credential_pages.PAGE.read_text(encoding="utf-8") == credential_pages.text(), (
        "run `make docs`"
    )
