"""What only the chapters need: verdicts on their equations, tables, questions and figures."""

from bpkit.course.chapter_files import chapter_data
from bpkit.course.equation_verdicts import check, refute
from bpkit.course.quiz import ask
from bpkit.course.reference_tables import inline_ledger, ledger, symbol_table

__all__ = ["ask", "chapter_data", "check", "inline_ledger", "ledger", "refute", "symbol_table"]
