"""Everything that goes out for a tenant, as one table: how each is brought to call an address, and what it says then."""

import re
from collections.abc import Callable
from typing import Any

from apps.adapters.destination import Policy
from apps.adapters.http import GuardedHttp
from apps.adapters.llm.line import Exit
from apps.adapters.llm.models import GuardedModels
from apps.adapters.llm.prices import Prices
from apps.adapters.mail import GuardedMail
from apps.engine.credential import Credential
from apps.engine.failure import Failure
from apps.engine.problem import DocumentError
from apps.engine.secret import Secret
from apps.engine.testing import Given, try_node
from apps.nodes import catalogue
from tests.adapters.conftest import Network

Caller = Callable[[Network, str], str]
KEY = Secret("a key of the tests")
HOME = "http://public.example"
# A host between the slashes, without its port: nothing of what makes it odd is taken away.
AUTHORITY = re.compile(r"(?is)^https?://(.*?)(?::([0-9]+))?(?:[/?#].*)?$")


def run(net: Network, type_: str, config: dict[str, Any], *held: Credential) -> str:
    """Run a node whose calls go over the wire; return the code of its failure."""
    http = GuardedHttp(Policy(), transport=net.transport)
    models = GuardedModels(Exit(Policy(), transport=net.transport), Prices({}))
    given = Given(
        credentials={each.name: each for each in held},
        handler=http.send,
        deliver=GuardedMail(Policy(), transport=net.transport).send,
        models=models,  # type: ignore[arg-type]  # the real ones
    )
    try:
        answer = try_node(catalogue().get(type_), config, given).answer
    except DocumentError as error:
        return str(error.problems[0].code)
    return str(answer.code) if isinstance(answer, Failure) else "answered"


def http(net: Network, url: str, **config: Any) -> str:
    return run(net, "action:http", {"url": url, **config})


def http_from_data(net: Network, url: str) -> str:
    """The address is what a sender wrote."""
    http = GuardedHttp(Policy(), transport=net.transport)
    given = Given(trigger={"url": url}, handler=http.send)
    answer = try_node(catalogue().get("action:http"), {"url": "{{ trigger.url }}"}, given).answer
    return str(answer.code) if isinstance(answer, Failure) else "answered"


def secret_url(net: Network, url: str) -> str:
    held = Credential("mine", "secret", {"value": Secret(url)})
    return run(net, "action:http", {"url": "{{ credentials.mine }}"}, held)


def download(net: Network, url: str) -> str:
    return http(net, url, response_type="file")


def upload(net: Network, url: str) -> str:
    return http(net, url, method="POST", body={"x": 1}, body_type="json")


def proxy(net: Network, url: str) -> str:
    return http(net, f"{HOME}/", proxy=url)


def through_a_proxy(net: Network, url: str) -> str:
    return http(net, url, proxy="http://proxy.example:3128")


def token(net: Network, url: str) -> str:
    values = {"token_url": url, "client_id": "x", "client_secret": KEY}
    held = Credential("mine", "oauth2_client_credentials", values)
    return run(net, "action:http", {"url": f"{HOME}/", "credential": "mine"}, held)


def github(net: Network, url: str) -> str:
    held = Credential("mine", "github", {"token": KEY, "base_url": url})
    issue = {"credential": "mine", "owner": "a", "repo": "b", "number": "1"}
    return run(net, "github:get_issue", issue, held)


def mail(net: Network, url: str) -> str:
    """The host of the address is the mail server; of what is no address, all of it."""
    found = AUTHORITY.match(url)
    host, port = (found[1], found[2] or "25") if found else (url, "25")
    for security in ("none", "starttls", "tls"):
        values = {"host": host, "port": port, "security": security, "from": "a@public.example"}
        held = Credential("mine", "smtp", values)
        letter = {"credential": "mine", "to": "b@public.example", "subject": "x", "body": "x"}
        code = run(net, "action:email", letter, held)
    return code


def model(kind: str, type_: str = "llm:chat", **more: Any) -> Caller:
    def ask(net: Network, url: str) -> str:
        values: dict[str, Any] = {"api_key": KEY, "base_url": url}
        if kind == "aws":
            values = {"access_key_id": "x", "secret_access_key": KEY, "region": "eu-west-1"}
            values["endpoint_url"] = url
        held = Credential("mine", kind, values)
        model = "cohere.embed-english-v3" if kind == "aws" and type_ == "llm:embed" else "m"
        return run(net, type_, {"credential": "mine", "model": model, **more}, held)

    return ask


# Each is given the address itself.
CALLERS: dict[str, Caller] = {
    "HTTP": http,
    "HTTP, an address from data": http_from_data,
    "HTTP, a secret address": secret_url,
    "HTTP into a file": download,
    "HTTP with a body": upload,
    "HTTP by a proxy": proxy,
    "HTTP through a proxy": through_a_proxy,
    "a token of OAuth 2.0": token,
    "GitHub on a server of one's own": github,
    "mail": mail,
    "OpenAI": model("openai", prompt="x"),
    "OpenAI while it speaks": model("openai", prompt="x", stream=True),
    "embeddings of OpenAI": model("openai", "llm:embed", texts=["x"]),
    "Anthropic": model("anthropic", prompt="x"),
    "Bedrock": model("aws", prompt="x"),
    "embeddings of Bedrock": model("aws", "llm:embed", texts=["x"]),
    "a model that extracts": model("openai", "llm:extract", text="x", entity_types=["person"]),
}


# Each calls a public server, and that one names the address: as where it has moved to, or as the next page.
LED: dict[str, Caller] = {
    "pages": lambda net, home: http(net, f"{home}/pages", pagination="next_link"),
    "a redirect": lambda net, home: http(net, f"{home}/302"),
    "a redirect of a body": lambda net, home: upload(net, f"{home}/307"),
    "a redirect into a file": lambda net, home: download(net, f"{home}/302"),
    "a redirect of a token": lambda net, home: token(net, f"{home}/307"),
    "a redirect of GitHub": lambda net, home: github(net, f"{home}/302"),
    "a redirect of OpenAI": lambda net, home: model("openai", prompt="x")(net, f"{home}/307"),
    "a redirect of Anthropic": lambda net, home: model("anthropic", prompt="x")(net, f"{home}/307"),
    "a redirect of Bedrock": lambda net, home: model("aws", prompt="x")(net, f"{home}/307"),
}
