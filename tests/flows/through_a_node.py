"""Follow a node through the checkout in which this runs: the API's catalogue, a published document, an execution.

    python - '{"type": …, "definition": …, "input": …}' < through_a_node.py

Its environment names a prepared database. What was seen is written as JSON.
"""

import json
import sys
from pathlib import Path

import django
from django.test import Client

django.setup()

from apps.executions.services import loop, worker  # noqa: E402 - Django's apps come first

asked = json.loads(sys.argv[1])
facts = json.loads(Path(".gorax/demo.json").read_text())
client = Client(HTTP_HOST=facts["host"])


def call(method, path, body=None):
    """Return what the demo's owner is answered."""
    answer = client.generic(
        method,
        f"/api/v1{path}",
        b"" if body is None else json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {facts['api_key']}"},
    )
    assert answer.status_code < 300, (method, path, answer.status_code, answer.content)
    return answer.json()


catalogue = call("GET", "/nodes")["results"]
workflow = call("POST", "/workflows", {"name": "New", "definition": asked["definition"]})
for verb in ("publish", "activate"):
    call("POST", f"/workflows/{workflow['id']}/{verb}")
begun = call("POST", f"/workflows/{workflow['id']}/execute", {"input": asked["input"]})
loop.work("threads")
worker.shut_down()
json.dump(
    {
        "types": [each["type"] for each in catalogue],
        "shown": call("GET", f"/nodes/{asked['type']}"),
        "problems": workflow["problems"],
        "execution": call("GET", f"/executions/{begun['execution_id']}?include=steps"),
    },
    sys.stdout,
)
