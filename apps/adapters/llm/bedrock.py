"""Amazon Bedrock: Converse, and embeddings of Titan and Cohere, by the official SDK."""

import json
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.eventstream import ParserError
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError

from apps.adapters.llm import line, refusals
from apps.adapters.llm.prices import Counted, Prices
from apps.adapters.llm.schemas import narrowed
from apps.engine.errors import PortError
from apps.engine.llm import Access, ChatReply, ChatRequest, EmbedReply, EmbedRequest, Hear
from apps.engine.ports import HttpRequest
from apps.engine.secret import Secret

PROVIDER = "aws"
REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
}
FILTERED = frozenset({"guardrail_intervened", "content_filtered"})
# Set by the connection itself, or of no business to a server.
_OWN_HEADERS = frozenset({"host", "content-length", "user-agent", "connection", "expect"})
_SIGNED = "AWS4-HMAC-SHA256 "
_TITAN = "amazon.titan-embed"
_COHERE = "cohere.embed"

# At level DEBUG it writes whole requests.
logging.getLogger("botocore").setLevel(logging.WARNING)
_making = threading.Lock()


def complete(way: line.Line, request: ChatRequest, hear: Hear | None, prices: Prices) -> ChatReply:
    """Ask once.

    Raises:
        PortError: as apps.engine.llm.Chat says.
    """
    asked = _asked(request)
    with _understood(), _client(way, request.credential) as client:
        if hear is None:
            reply = client.converse(**asked)
            blocks = reply["output"]["message"]["content"]
            text = "".join(block.get("text", "") for block in blocks)
            reason, counted = reply["stopReason"], _counted(reply["usage"])
        else:
            text, reason, counted = _grown(client.converse_stream(**asked)["stream"], hear)
    if reason in FILTERED:
        raise refusals.filtered()
    usage = prices.usage(_priced(request.credential), request.model, counted)
    return ChatReply(text, request.model, REASONS.get(reason, reason), usage)


def embed(way: line.Line, request: EmbedRequest, prices: Prices) -> EmbedReply:
    """Turn texts into vectors: by one call with a model of Cohere, by one for each text with one of Titan.

    Raises:
        PortError: as apps.engine.llm.Embedding says; `model_unknown`, it is neither.
    """
    if _TITAN not in request.model and _COHERE not in request.model:
        raise PortError(
            "model_unknown", f"“{request.model}” is no model of Titan or Cohere that embeds."
        )
    vectors: list[Any] = []
    tokens = 0
    with _understood(), _client(way, request.credential) as client:
        for asked in _bodies(request):
            reply = client.invoke_model(modelId=request.model, body=json.dumps(asked))
            said = json.loads(reply["body"].read())
            headers = reply["ResponseMetadata"]["HTTPHeaders"]
            tokens += int(headers.get("x-amzn-bedrock-input-token-count", 0))
            vectors += [said["embedding"]] if "embedding" in said else said["embeddings"]
        found = tuple(tuple(float(number) for number in vector) for vector in vectors)
    usage = prices.usage(_priced(request.credential), request.model, Counted(tokens or None, 0))
    return EmbedReply(found, request.model, usage)


def _bodies(request: EmbedRequest) -> Iterator[dict[str, Any]]:
    if _TITAN in request.model:
        for text in request.texts:
            body: dict[str, Any] = {"inputText": text}
            yield body if request.dimensions is None else body | {"dimensions": request.dimensions}
    else:
        asked: dict[str, Any] = {"texts": list(request.texts), "input_type": "search_document"}
        if request.dimensions is not None:
            asked["output_dimension"] = request.dimensions
        yield asked


def _priced(credential: Access) -> str:
    return "" if credential.text("endpoint_url") else PROVIDER


def _asked(request: ChatRequest) -> dict[str, Any]:
    inference = {
        "maxTokens": request.max_tokens,
        "temperature": request.temperature,
        "topP": request.top_p,
        "stopSequences": list(request.stop) or None,
    }
    asked: dict[str, Any] = {
        "modelId": request.model,
        "messages": [
            {"role": turn.role, "content": [{"text": turn.content}]} for turn in request.messages
        ],
        "inferenceConfig": {name: value for name, value in inference.items() if value is not None},
    }
    if request.system:
        asked["system"] = [{"text": request.system}]
    if request.extra:
        asked["additionalModelRequestFields"] = dict(request.extra)
    if request.schema is not None:
        definition = {"name": "output", "schema": json.dumps(narrowed(dict(request.schema)))}
        form = {"type": "json_schema", "structure": {"jsonSchema": definition}}
        asked["outputConfig"] = {"textFormat": form}
    return asked


def _grown(events: Iterable[dict[str, Any]], hear: Hear) -> tuple[str, str, Counted]:
    pieces: list[str] = []
    reason, counted = "", Counted()
    for event in events:
        if piece := event.get("contentBlockDelta", {}).get("delta", {}).get("text"):
            pieces.append(piece)
            hear(piece)
        reason = event.get("messageStop", {}).get("stopReason", reason)
        if "metadata" in event:
            counted = _counted(event["metadata"]["usage"])
    if not reason:
        raise refusals.unreadable("it ended in the middle.")
    return "".join(pieces), reason, counted


def _counted(usage: dict[str, int]) -> Counted:
    read, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
    return Counted(usage["inputTokens"] + read + written, usage["outputTokens"], read)


@cache
def _session() -> botocore.session.Session:
    """Return the SDK's session, which reads neither files nor variables of this machine."""
    nothing = {"config_file": os.devnull, "credentials_file": os.devnull, "profile": None}
    variables = {name: (None, None, value, None) for name, value in nothing.items()}
    return botocore.session.Session(session_vars=variables)


@contextmanager
def _client(way: line.Line, credential: Access) -> Iterator[Any]:
    """Return the SDK for one call, whose requests take our way out."""
    token = credential.values.get("session_token")
    with _making:  # a session is not for two threads
        client = _session().create_client(
            "bedrock-runtime",
            region_name=credential.text("region"),
            endpoint_url=line.spelt(credential, "endpoint_url") or None,
            aws_access_key_id=credential.text("access_key_id"),
            aws_secret_access_key=credential.secret("secret_access_key").reveal(),
            aws_session_token=token.reveal() if isinstance(token, Secret) else None,
            config=Config(
                retries={"total_max_attempts": 1},
                ignore_configured_endpoint_urls=True,
                auth_scheme_preference="sigv4",
                proxies={},
            ),
        )
    client.meta.events.register("before-send.bedrock-runtime", partial(_send, way))
    try:
        yield client
    finally:
        client.close()


def _send(way: line.Line, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    """Send what the SDK has signed; whoever answers this event takes the place of its own HTTP client."""
    headers = {
        name: text.decode("latin-1") if isinstance(text, bytes) else str(text)
        for name, text in request.headers.items()
        if name.lower() not in _OWN_HEADERS
    }
    if not headers.get("Authorization", "").startswith(_SIGNED):
        raise PortError("model_request_refused", "The request is not signed by this credential.")
    body = request.body
    flow = way.open(
        HttpRequest(
            request.method,
            request.url,
            {**headers, "accept-encoding": "identity"},
            body.encode() if isinstance(body, str) else body,
        )
    )
    shown = {name.decode("latin-1"): value.decode("latin-1") for name, value in flow.headers}
    return AWSResponse(request.url, flow.status, shown, _Raw(flow))


class _Raw:
    """A reply's body as the SDK reads it."""

    def __init__(self, flow: line.Flow) -> None:
        self._flow = flow

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        try:
            yield from self._flow
        finally:
            self._flow.close()

    def read(self, _amount: int | None = None) -> bytes:
        return b"".join(self.stream())

    def close(self) -> None:
        self._flow.close()


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what the SDK raises into the port's family."""
    try:
        yield
    except ClientError as reason:
        error = reason.response.get("Error", {})
        metadata = reason.response.get("ResponseMetadata", {})
        # What breaks off an answer in the middle comes with the status of its beginning.
        is_late = isinstance(reason, EventStreamError)
        raise refusals.refusal(
            _LATE.get(str(error.get("Code")), 500) if is_late else metadata["HTTPStatusCode"],
            str(error.get("Message", "")),
            kind=str(error.get("Code", "")),
            retry_after=metadata.get("HTTPHeaders", {}).get("retry-after"),
        ) from None
    except BotoCoreError as reason:
        raise refusals.of_port(reason) or _refused_here(reason) from None
    except (ParserError, *refusals.UNREADABLE) as reason:
        raise refusals.of_port(reason) or refusals.unreadable(type(reason).__name__) from None


_LATE = {"throttlingException": 429, "validationException": 400, "serviceUnavailableException": 503}


def _refused_here(reason: BotoCoreError) -> PortError:
    # Its text may quote the request.
    return PortError(
        "model_request_refused", f"The request cannot be sent: {type(reason).__name__}."
    )
