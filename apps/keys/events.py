"""What happens to keys. Announced inside the transaction, so a subscriber's row commits with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RotationBegun:
    """A change of keys has begun: `kek`, to the key `to`, or `dek`, of every data key."""

    kind: str
    to: str


@dataclass(frozen=True, slots=True)
class RotationEnded:
    """It is over: so many values were sealed anew, in all of its rounds."""

    kind: str
    to: str
    resealed: int
