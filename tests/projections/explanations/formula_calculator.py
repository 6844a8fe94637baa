"""A calculator of our own for the formulae of explanations: exact sums and products, quotients of 28 digits, half even."""

import ast
import operator
from decimal import ROUND_HALF_EVEN, Context, Decimal

EXACT, QUOTIENT = Context(prec=5000), Context(prec=28, rounding=ROUND_HALF_EVEN)
SIDES = {ast.GtE: operator.ge, ast.LtE: operator.le}
CALLS = {"abs": abs, "min": min, "max": max}
STEPS = {ast.Add: EXACT.add, ast.Sub: EXACT.subtract, ast.Mult: EXACT.multiply, ast.Div: QUOTIENT.divide}


def calculated(text, names=None):
    """What an expression of numbers gives, or one of names with their numbers."""
    return _of(ast.parse(text, mode="eval").body, text, names or {})


def _of(node, text, names):
    match node:
        case ast.Name():
            return Decimal(names[node.id])
        case ast.Constant():
            return Decimal(ast.get_source_segment(text, node))
        case ast.BinOp():
            return STEPS[type(node.op)](_of(node.left, text, names), _of(node.right, text, names))
        case ast.UnaryOp(op=ast.USub()):
            return EXACT.minus(_of(node.operand, text, names))
        case ast.IfExp():
            return _of(node.body if _of(node.test, text, names) else node.orelse, text, names)
        case ast.Compare():
            return SIDES[type(node.ops[0])](_of(node.left, text, names), _of(node.comparators[0], text, names))
        case ast.Call():
            return CALLS[node.func.id](*(_of(each, text, names) for each in node.args))
    raise ValueError(text)


def clamped(number):
    return min(max(number, Decimal(0)), Decimal(1))
