"""Validation: numbers pass unchanged or not at all."""

import re

import numpy as np
import pytest

from bpkit._validation import as_array, as_numbers, norm_is_finite, whole_number


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_floats_pass_as_they_are(dtype):
    """No copy is made."""
    array = np.ones((2, 3), dtype)
    assert as_array("X", array, ("N", 3)) is array


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64, np.float16])
def test_other_real_dtypes_become_float64(dtype):
    """Every dtype whose numbers are exact in float64 is accepted."""
    array = as_numbers("X", np.array([0, 1], dtype))
    assert array.dtype == np.float64
    assert array.tolist() == [0, 1]


@pytest.mark.parametrize(("dtype", "largest"), [(np.float64, 2**53), (np.float32, 2**24)])
def test_integers_pass_up_to_the_last_before_a_gap(dtype, largest):
    """The largest of the integers that are all exact passes, the next one does not."""
    numbers = np.array([largest, -largest])
    assert as_numbers("X", numbers, dtype).tolist() == numbers.tolist()
    for next_one in (largest + 1, -largest - 1):
        with pytest.raises(
            ValueError, match=f"X must be exact in .*, at most {largest} .*; got {next_one} .int64"
        ):
            as_numbers("X", [0, next_one], dtype)


def test_float64_passes_as_float32_only_where_exact():
    """1/2 is exact; 1/10 and a number that underflows are not, and the message shows it."""
    assert as_numbers("X", [0.5], np.float32).dtype == np.float32
    for value in (0.1, -1e-300, 1e38 / 3):
        with pytest.raises(ValueError, match=re.escape(f"X must be exact in float32; got {value}")):
            as_numbers("X", [0.5, value], np.float32)


def test_complex_numbers_pass_only_where_allowed():
    """As complex128."""
    assert as_numbers("z", np.array([1j], np.complex64), allow_complex=True).dtype == np.complex128
    with pytest.raises(TypeError, match="z must hold real numbers"):
        as_numbers("z", [1j])


@pytest.mark.parametrize("shape", [(3,), (2, 4), (3, 2), (2, 3, 1), (0, 3)])
def test_another_shape_is_refused(shape):
    """Letters stand for any length but 0, numbers for themselves."""
    with pytest.raises(ValueError, match=r"X must have shape \(N, 3\).*; got \("):
        as_array("X", np.ones(shape), ("N", 3))


def test_the_first_entry_that_is_not_finite_is_named():
    """The message gives its value and index."""
    with pytest.raises(ValueError, match=r"X must be finite; got -inf at index \(1, 2\)"):
        as_numbers("X", [[0, 1, 2], [3, 4, -np.inf], [np.nan, 6, 7]])
    with pytest.raises(ValueError, match=r"X must be finite; got nan$"):
        as_numbers("X", np.nan)


def test_an_entry_too_large_for_the_dtype_is_refused_without_a_warning():
    """It would become infinite."""
    with pytest.raises(ValueError, match="X must be exact in float32"):
        as_numbers("X", 1e300, np.float32)


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_a_whole_number_may_have_any_integer_type(value):
    """It comes back as an int."""
    number = whole_number("steps", value, 1, 3)
    assert (number, type(number)) == (3, int)


@pytest.mark.parametrize("value", [True, np.True_, 2.0, np.float64(2), "2", None, [2], 0, 4])
def test_what_is_no_whole_number_in_the_range_is_refused(value):
    """Truth values and floats too; the message has the range and the value."""
    told = f"steps must be an integer from 1 to 3; got {value!r}"
    with pytest.raises(ValueError, match=re.escape(told)):
        whole_number("steps", value, 1, 3)
    with pytest.raises(ValueError, match="steps must be an integer of at least 5; got"):
        whole_number("steps", value, 5)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.longdouble])
def test_entries_whose_squares_overflow_are_finite_all_the_same(dtype):
    """A norm that overflows is not yet a refusal."""
    array = np.full(3, np.finfo(dtype).max / 2, dtype)
    if dtype is not np.longdouble:
        assert as_numbers("X", array).tolist() == array.tolist()
        assert not norm_is_finite(array) or dtype is np.float16
    with pytest.raises(ValueError, match=r"X must be finite; got inf at index \(1,\)"):
        as_numbers("X", np.where([False, True, False], dtype(np.inf), array))
