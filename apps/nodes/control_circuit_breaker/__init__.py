"""The node type control:circuit_breaker."""

from apps.nodes.control_circuit_breaker.node import NODE

__all__ = ["NODE"]
