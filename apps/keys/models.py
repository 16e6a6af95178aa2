"""How far a change of keys has come, for the whole installation: in the public schema."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Rotation(models.Model):
    """A change of keys that was begun: of the installation's key (`to_key` names the new one), or of all data keys."""

    class Kind(models.TextChoices):
        KEK = "kek"
        DEK = "dek"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    to_key = models.TextField(blank=True)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "keys_rotation"
        constraints = [
            # Of two that are begun at once one is, and both go on with it.
            models.UniqueConstraint(
                name="rotation_open", fields=["kind"], condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at}"


class RotationPart(models.Model):
    """What of a rotation lies in one table of one schema: how many values were sealed anew, and how many do not open."""

    id = models.BigAutoField(primary_key=True)
    rotation = models.ForeignKey(Rotation, on_delete=models.CASCADE, related_name="parts")
    schema = models.CharField(max_length=63)
    table = models.CharField(max_length=63)
    resealed = models.IntegerField(db_default=0)
    unopened = models.IntegerField(db_default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "keys_rotation_part"
        constraints = [
            models.UniqueConstraint(name="rotation_part", fields=["rotation", "schema", "table"]),
            models.CheckConstraint(
                name="rotation_part_counts",
                condition=Q(resealed__gte=0) & Q(unopened__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}"
