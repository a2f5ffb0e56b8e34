"""What is wrong with a reader's gradient, said without giving the right one away."""

from bpkit.feedback.diagnosis import diagnose_array, diagnose_function

__all__ = ["diagnose_array", "diagnose_function"]
