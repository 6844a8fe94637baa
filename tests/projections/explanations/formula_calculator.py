"""An independent calculator of formulas: exact sums and products, quotients of 28 digits, half even."""

import ast
import operator
from decimal import ROUND_HALF_EVEN, Context, Decimal

EXACT, QUOTIENT = Context(prec=5000), Context(prec=28, rounding=ROUND_HALF_EVEN)
COMPARISONS = {ast.GtE: operator.ge, ast.LtE: operator.le}
FUNCTIONS = {"abs": abs, "min": min, "max": max}
OPERATORS = {ast.Add: EXACT.add, ast.Sub: EXACT.subtract, ast.Mult: EXACT.multiply, ast.Div: QUOTIENT.divide}


def calculate(text, names=None):
    """The value of an expression of numbers, or of names with their numbers."""
    return _evaluate_node(ast.parse(text, mode="eval").body, text, names or {})


def _evaluate_node(node, text, names):
    match node:
        case ast.Name():
            return Decimal(names[node.id])
        case ast.Constant():
            return Decimal(ast.get_source_segment(text, node))
        case ast.BinOp():
            return OPERATORS[type(node.op)](_evaluate_node(node.left, text, names), _evaluate_node(node.right, text, names))
        case ast.UnaryOp(op=ast.USub()):
            return EXACT.minus(_evaluate_node(node.operand, text, names))
        case ast.IfExp():
            return _evaluate_node(node.body if _evaluate_node(node.test, text, names) else node.orelse, text, names)
        case ast.Compare():
            return COMPARISONS[type(node.ops[0])](
                _evaluate_node(node.left, text, names), _evaluate_node(node.comparators[0], text, names)
            )
        case ast.Call():
            return FUNCTIONS[node.func.id](*(_evaluate_node(each, text, names) for each in node.args))
    raise ValueError(text)


def clamp(number):
    return min(max(number, Decimal(0)), Decimal(1))
