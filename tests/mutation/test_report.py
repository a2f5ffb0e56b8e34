"""The report: counts by kind, and what needs attention."""

from tools.mutation.report import Result, problems, report

RESULTS = [
    Result("operators", "a", "own tests"),
    Result("operators", "b", ""),
    Result("museum", "c", "value"),
    Result("operators", "d", ""),
    Result("operators", "e", "notebooks"),
]


def test_mutants_are_counted_by_kind():
    """Those killed by the stage, the others by whether there is a reason."""
    assert report(RESULTS, ["d"]) == {
        "operators": {
            "total": 4,
            "killed": {"notebooks": 1, "own tests": 1},
            "equivalent": 1,
            "survived": 1,
        },
        "museum": {"total": 1, "killed": {"value": 1}, "equivalent": 0, "survived": 0},
    }


def test_problems_are_survivors_without_a_reason_and_reasons_without_a_survivor():
    """Each with the name of the mutant; a mutant that was not tested has no problem."""
    assert list(problems(RESULTS, ["d"], set("abcdef"))) == ["Not noticed: b"]
    assert list(problems(RESULTS, ["b", "d", "a", "x", "f"], set("abcdef"))) == [
        "Called equivalent, but killed by own tests: a",
        "Called equivalent, but there is no such mutant: x",
    ]
