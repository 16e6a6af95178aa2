"""What an answer must be, whatever was asked: no fault of ours, no word of our insides, one form of refusal."""

import json
import re
from functools import cache
from typing import Any

import jsonschema_rs

from apps.core.api.openapi import PROBLEM
from tests.fuzz.api.wire import Answer, Trial

MOST_S = 2.0
PROBLEM_TYPE = "application/problem+json"
PAGE_TYPE = "text/html; charset=utf-8"
# Who reads a request line and headers refuses what is none, before there is an application; and closes.
SERVERS_OWN = frozenset({0, 400, 408, 411, 413, 414, 417, 431, 501, 505})
INSIDES = re.compile(
    rb"Traceback \(most recent|File \\?\"/|\.py\\?\", line \d|psycopg|django\.[a-z]+\.|rest_framework\.|"
    rb"Exception Type|DETAIL:  |SQLSTATE|site-packages|DJANGO_SETTINGS_MODULE"
)
# Of every answer that an application gave, also of a refusal.
HEADERS = (
    "x-request-id",
    "x-content-type-options",
    "content-security-policy",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
)


class Judge:
    """Knows the published document, and says what is wrong with an answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._problem = jsonschema_rs.validator_for(PROBLEM)

    def faults(self, trial: Trial, answer: Answer) -> list[str]:
        """Return everything that is wrong, empty if nothing is."""
        if answer.has_hung:
            return ["no answer"]
        if (
            not (trial.is_http and trial.is_clean)
            and answer.status in SERVERS_OWN
            and not answer.body
        ):
            return []
        if answer.status == 0:
            return ["closed without an answer"]
        found = []
        if answer.status >= 500:
            found.append(f"status {answer.status}")
        if INSIDES.search(answer.body) or any(
            INSIDES.search(value.encode()) for value in answer.headers.values()
        ):
            found.append("says how it is made")
        found += [f"no {name}" for name in HEADERS if not answer.headers.get(name)]
        if answer.status >= 400:
            found += self._refusal(trial, answer)
        elif trial.operation is not None:
            found += self._success(trial, answer)
        return found

    def _refusal(self, trial: Trial, answer: Answer) -> list[str]:
        if trial.method == "HEAD":
            return []
        if trial.asks_for_a_page and answer.headers.get("content-type") == PAGE_TYPE:
            # The browsable API shows a problem as a page to whoever asks for one.
            is_named = answer.headers.get("x-request-id", "").encode() in answer.body
            return [] if is_named else ["a page that is about no problem"]
        if answer.headers.get("content-type") != PROBLEM_TYPE:
            return [f"a refusal as {answer.headers.get('content-type')}"]
        try:
            said = json.loads(answer.body)
        except ValueError:
            return ["a refusal that is no JSON"]
        if not self._problem.is_valid(said):
            return ["a refusal that is no problem"]
        wrong = []
        if said["status"] != answer.status:
            wrong.append(f"says {said['status']} as {answer.status}")
        if said["request_id"] != answer.headers.get("x-request-id"):
            wrong.append("another request id inside than outside")
        return wrong

    def _success(self, trial: Trial, answer: Answer) -> list[str]:
        assert trial.operation is not None
        method, path = trial.operation
        responses = self._document["paths"][path][method]["responses"]
        described = responses.get(str(answer.status))
        if described is None:
            return [f"{answer.status} is not described"]
        content = described.get("content", {})
        media_type = answer.headers.get("content-type", "").partition(";")[0]
        if media_type != "application/json" or "application/json" not in content:
            return []
        validator = self._validator(method, path, str(answer.status))
        try:
            said = json.loads(answer.body)
        except ValueError:
            return ["no JSON"]
        reason = next(iter(validator.iter_errors(said)), None)
        return [] if reason is None else [f"not as described: {reason.message[:200]}"]

    @cache  # noqa: B019 - one judge for each process
    def _validator(self, method: str, path: str, status: str) -> Any:
        content = self._document["paths"][path][method]["responses"][status]["content"]
        schema = content["application/json"]["schema"]
        return jsonschema_rs.validator_for({**schema, "components": self._document["components"]})
