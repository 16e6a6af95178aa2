"""No way of writing an address leads a credential to a host that it does not allow."""

import pytest

from apps.adapters.destination import parse, refuse_strange_host
from apps.adapters.errors import BadUrlError, BlockedDestinationError, CredentialHostError
from apps.engine.credential import is_allowed
from apps.engine.secret import Secret

ALLOWED = (("api.good.test", "*.wild.test", "192.0.2.7", "[2001:db8::7]"),)

SAME = [
    "https://api.good.test",
    "https://API.Good.TEST/x",
    "https://api.good.test./x",
    "https://api.good.test:8443/x",
    "https://api。good。test/x",
    "https://ａpi.good.test/x",  # noqa: RUF001 - a wide letter is the same one
    "https://a.wild.test/?@evil.test",
    "https://a.b.wild.test/#@evil.test",
    "https://192.0.2.7/",
    "https://3221225991/",
    "https://0xc0000207/",
    "https://[2001:db8:0::7]/",
]
OTHERS = [
    "https://evil.test",
    "https://api.good.test.evil.test/",
    "https://api.good.test..evil.test/",
    "https://api.good.test。evil.test/",
    "https://evil.test/api.good.test",
    "https://evil.test?api.good.test",
    "https://evil.test#@api.good.test",
    "https://evil.test/@api.good.test",
    "https://evil.test:443/?https://api.good.test",
    "https://api.good.test@evil.test/",
    "https://api.good.test:443@evil.test/",
    "https://api.good.test%40evil.test/",
    "https://api.good.test%2eevil.test/",
    "https://api.good.test\\@evil.test/",
    "https://evil.test\\.api.good.test/",
    "https://evil.test\t.wild.test/",
    "https://evil.test\n/.wild.test",
    "https://evil.test;.wild.test/",
    "https://evil.test,a.wild.test/",
    "https://evil.test .wild.test/",
    "https://wild.test/",
    "https://evilwild.test/",
    "https://.wild.test/",
    "https://wild.test.evil.test/",
    "https://xn--api-good-test/",
    "https://аpi.good.test/",  # noqa: RUF001 - a Cyrillic letter is the point
    "https://api.gооd.test/",  # noqa: RUF001 - two of them
    "https://192.0.2.8/",
    "https://192.0.2.7.evil.test/",
    "https://[::ffff:192.0.2.7]/",
    "https://[2001:db8::8]/",
    "https://[api.good.test]/",
    "https:api.good.test",
    "https:///api.good.test",
    "//api.good.test/",
    "ftp://api.good.test/",
]


@pytest.mark.parametrize("text", SAME)
@pytest.mark.parametrize("kind", [str, Secret])
def test_an_allowed_host_is_known_however_it_is_written(text: str, kind: type) -> None:
    url = parse(kind(text))

    refuse_strange_host(url, ALLOWED)
    assert is_allowed(url.name, ALLOWED[0])


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("kind", [str, Secret])
def test_another_host_is_refused_however_it_is_written(text: str, kind: type) -> None:
    with pytest.raises((CredentialHostError, BlockedDestinationError, BadUrlError)):
        refuse_strange_host(parse(kind(text)), ALLOWED)
