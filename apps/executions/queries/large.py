"""Outputs too large for a row: their JSON lies in the store of files, and the row says under which id.

    output_blob   "<id of the JSON> <id of a file that it refers to> …"

The ids of the files stand there for whoever hands files on, and looks for them in rows.
"""

import json
from uuid import UUID

from django.conf import settings

from apps.adapters.blobs.opened import opened
from apps.adapters.blobs.s3 import Bucket
from apps.adapters.blobs.store import Place, Store, StoreFailedError
from apps.core import db
from apps.engine.value import Json


def store() -> Store:
    """Return this installation's store."""
    return opened(
        settings.GORAX_BLOBS,
        settings.GORAX_BLOBS_DIR,
        Bucket(
            settings.GORAX_BLOBS_BUCKET,
            settings.GORAX_BLOBS_ENDPOINT,
            settings.GORAX_BLOBS_REGION,
            settings.GORAX_BLOBS_PREFIX,
        ),
    )


def id_in(output_blob: str) -> UUID:
    """Return under which id the JSON of an output lies."""
    return UUID(output_blob.partition(" ")[0])


def text(schema: str, output_blob: str) -> bytes:
    """Return the JSON of an output that lies in the store; no connection is held meanwhile.

    Raises:
        BlobGoneError: it does not lie there any more.
        StoreFailedError: the store does not answer.
    """
    db.let_go()
    try:
        with store().open(Place(schema, id_in(output_blob))) as file:
            return file.read()
    except OSError as reason:
        raise StoreFailedError from reason


def output(schema: str, output_blob: str) -> Json:
    """Return an output that lies in the store.

    Raises:
        BlobGoneError, StoreFailedError: as `text`.
    """
    # As the driver reads what lies in rows: whole numbers stay whole, however long.
    found: Json = json.loads(text(schema, output_blob))
    return found
