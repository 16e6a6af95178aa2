from django.db import models
from django.db.models.functions import Now

from apps.core.ids import uuid7


class BaseModel(models.Model):
    """A row with a UUIDv7 key and the database's own times; rows written by plain SQL get them too."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True, db_default=Now())

    class Meta:
        abstract = True
