"""A process that may hold a key is not written to disk when it crashes."""

import os
import subprocess
import sys

ASKS = "import django; django.setup(); import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"


def test_whoever_has_loaded_the_product_leaves_no_core_and_cannot_say_otherwise() -> None:
    # Whoever starts it would let it leave as much as it may.
    command = [
        "sh",
        "-c",
        'ulimit -S -c $(ulimit -H -c); exec "$@"',
        "sh",
        sys.executable,
        "-c",
        ASKS,
    ]

    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "0"]
