"""The store that an installation has, by what its settings say."""

from functools import lru_cache
from pathlib import Path

from apps.adapters.blobs.files import Files
from apps.adapters.blobs.s3 import Bucket, Objects
from apps.adapters.blobs.store import Store


@lru_cache(maxsize=4)
def opened(kind: str, folder: Path, bucket: Bucket) -> Store:
    """Return the bucket (`s3`) or the folder (whatever else `kind` is), one for the whole process."""
    return Objects(bucket) if kind == "s3" else Files(folder)
