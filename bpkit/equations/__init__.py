"""The reader of formulas: parses them, gives them values, and verifies what they claim."""

from bpkit.equations.parser import ConsistencyError, FormulaError, NotationError, parse
from bpkit.equations.symbol_declarations import Course, Quantity
from bpkit.equations.verification import Verdict, verify

__all__ = [
    "ConsistencyError",
    "Course",
    "FormulaError",
    "NotationError",
    "Quantity",
    "Verdict",
    "parse",
    "verify",
]
