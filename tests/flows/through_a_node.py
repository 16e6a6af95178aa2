"""Follow a node through the checkout in which this runs: the API's catalogue, a published document, an execution.

Its argument is `{"type": …, "definition": …, "input": …}`, its environment names a database prepared with the demo. What
was seen is written as JSON.
"""

import json
import sys
from pathlib import Path

from apps.executions.services import loop, worker
from tests.callers import Caller


def main(asked):
    facts = json.loads(Path(".gorax/demo.json").read_text())
    owner = Caller(facts["api_key"])
    workflow = owner.post("/workflows", {"name": "New", "definition": asked["definition"]}).json()
    for verb in ("publish", "activate"):
        answer = owner.post(f"/workflows/{workflow['id']}/{verb}")
        assert answer.status_code == 200, answer.content
    begun = owner.post(f"/workflows/{workflow['id']}/execute", {"input": asked["input"]}).json()
    loop.work("threads")
    worker.shut_down()
    return {
        "types": [each["type"] for each in owner.get("/nodes").json()["results"]],
        "shown": owner.get(f"/nodes/{asked['type']}").json(),
        "problems": workflow["problems"],
        "execution": owner.get(f"/executions/{begun['execution_id']}?include=steps").json(),
    }


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
