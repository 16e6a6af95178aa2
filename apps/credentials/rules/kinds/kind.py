"""How a type of credential is described: what it is called, and which values it has."""

from dataclasses import dataclass

LONGEST_VALUE = 10_000
# A host in ASCII, so that it can be compared with those that are called.
URL = r"https?://[A-Za-z0-9._:\[\]-]+([/?#]\S*)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a credential; every value is text.

    `is_secret`: it is sealed and never shown again. `options` are the only values it may have, `pattern` the form
    that it needs as a whole. `is_place`: it names a server, which `allowed_hosts` never has to repeat.
    """

    name: str
    title: str
    help: str = ""
    is_secret: bool = False
    is_required: bool = False
    options: tuple[str, ...] = ()
    pattern: str = ""
    default: str = ""
    is_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of credential."""

    name: str
    title: str
    description: str
    values: tuple[Value, ...]

    def value(self, name: str) -> Value | None:
        """Return the value of that name, if the type has it."""
        return next((value for value in self.values if value.name == name), None)
