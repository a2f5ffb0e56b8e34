"""What is wrong with a reader's gradient, without showing the correct one."""

from bpkit.feedback.diagnosis import diagnose_array, diagnose_function

__all__ = ["diagnose_array", "diagnose_function"]
