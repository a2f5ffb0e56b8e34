"""The reader of formulas: parses them, evaluates them, and verifies that their sides agree."""

from bpkit.equations.parser import ConsistencyError, FormulaError, NotationError, parse
from bpkit.equations.symbol_declarations import Notation, SymbolDeclaration
from bpkit.equations.verification import Verdict, verify

__all__ = [
    "ConsistencyError",
    "FormulaError",
    "Notation",
    "NotationError",
    "SymbolDeclaration",
    "Verdict",
    "parse",
    "verify",
]
