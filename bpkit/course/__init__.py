"""What only the chapters need: verdicts on their equations, tables, questions and figures."""

from bpkit.course.equation_tables import inline_ledger, ledger, symbol_table
from bpkit.course.quiz import ask
from bpkit.course.verdicts import check, refute

__all__ = ["ask", "check", "inline_ledger", "ledger", "refute", "symbol_table"]
