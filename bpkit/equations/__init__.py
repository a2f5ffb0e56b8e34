"""The formulas on the page: read, evaluated, and held against the code."""

from bpkit.equations.ledger import inline_ledger, ledger, symbol_table
from bpkit.equations.verdict import check, refute

__all__ = ["check", "inline_ledger", "ledger", "refute", "symbol_table"]
