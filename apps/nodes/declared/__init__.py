"""Services as data: an operation says what it asks for, sends and gives back, and a node type is made of it."""

from apps.nodes.declared.node_type import DeclarationError, node_type_of
from apps.nodes.declared.operation import Auth, Call, Errors, Operation, Pages, Service

__all__ = [
    "Auth",
    "Call",
    "DeclarationError",
    "Errors",
    "Operation",
    "Pages",
    "Service",
    "node_type_of",
]
