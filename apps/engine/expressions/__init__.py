"""Conditions and formulas: CEL over JSON, compiled to closures with a budget."""

from apps.engine.expressions.errors import ExpressionError
from apps.engine.expressions.expression import Expression, compile_expression
from apps.engine.expressions.functions.all import FUNCTIONS
from apps.engine.expressions.scope import Hinting, OnMissing, Scope, Seed

__all__ = [
    "FUNCTIONS",
    "Expression",
    "ExpressionError",
    "Hinting",
    "OnMissing",
    "Scope",
    "Seed",
    "compile_expression",
]
