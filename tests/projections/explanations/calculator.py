"""A calculator of our own for the formulae of explanations: exact sums and products, quotients of 28 digits, half even."""

import ast
import operator
from decimal import ROUND_HALF_EVEN, Context, Decimal

EXACT, QUOTIENT = Context(prec=5000), Context(prec=28, rounding=ROUND_HALF_EVEN)
SIDES = {ast.GtE: operator.ge, ast.LtE: operator.le}
CALLS = {"abs": abs, "min": min, "max": max}
STEPS = {ast.Add: EXACT.add, ast.Sub: EXACT.subtract, ast.Mult: EXACT.multiply, ast.Div: QUOTIENT.divide}


def calculated(text):
    """What an expression of numbers gives."""
    return _of(ast.parse(text, mode="eval").body, text)


def _of(node, text):
    match node:
        case ast.Constant():
            return Decimal(ast.get_source_segment(text, node))
        case ast.BinOp():
            return STEPS[type(node.op)](_of(node.left, text), _of(node.right, text))
        case ast.UnaryOp(op=ast.USub()):
            return EXACT.minus(_of(node.operand, text))
        case ast.IfExp():
            return _of(node.body if _of(node.test, text) else node.orelse, text)
        case ast.Compare():
            return SIDES[type(node.ops[0])](_of(node.left, text), _of(node.comparators[0], text))
        case ast.Call():
            return CALLS[node.func.id](*(_of(each, text) for each in node.args))
    raise ValueError(text)


def clamped(number):
    return min(max(number, Decimal(0)), Decimal(1))
