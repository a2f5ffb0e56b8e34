"""The report of a run: how many mutants were killed, by what, and which ones need attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from typing import Any, NamedTuple


class Result(NamedTuple):
    """A mutant and the stage or check that killed it, "" if nothing did."""

    kind: str
    name: str
    killed_by: str


def report(results: Sequence[Result], equivalent: Container[str]) -> dict[str, Any]:
    """Return the counts of each kind of mutant."""
    kinds = dict.fromkeys(result.kind for result in results)
    return {kind: counts([r for r in results if r.kind == kind], equivalent) for kind in kinds}


def counts(results: Sequence[Result], equivalent: Container[str]) -> dict[str, Any]:
    """Return how many mutants of one kind there were, and what happened to them."""
    killed = Counter(result.killed_by for result in results if result.killed_by)
    alive = [result.name for result in results if not result.killed_by]
    known = sum(name in equivalent for name in alive)
    return {
        "total": len(results),
        "killed": dict(sorted(killed.items())),
        "equivalent": known,
        "survived": len(alive) - known,
    }


def problems(
    results: Sequence[Result], equivalent: Sequence[str], names: Container[str]
) -> Iterator[str]:
    """Give what is wrong: a survivor without a reason, a reason without a survivor."""
    for result in results:
        if not result.killed_by and result.name not in equivalent:
            yield f"Not noticed: {result.name}"
        elif result.killed_by and result.name in equivalent:
            yield f"Called equivalent, but killed by {result.killed_by}: {result.name}"
    for name in equivalent:
        if name not in names:
            yield f"Called equivalent, but there is no such mutant: {name}"
