"""Wrong programs: every module of a package, with one operator, constant or statement changed.

Left out are raise statements, f-strings and other texts, imports, annotations, assignments to a
capitalized name such as `Array` (a type), the keyword arguments in `NO_EFFECT`, and constants and
keyword arguments in figures, which set colors, sizes and positions.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

SWAPPED: dict[type[ast.AST], tuple[Any, ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,), ast.Pow: (ast.Mult,), ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,), ast.BitXor: (ast.BitOr,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
NAMES = {
    "min": "max", "argmin": "argmax", "minimum": "maximum", "any": "all", "real": "imag",
    "sum": "prod", "zeros": "ones", "log1p": "log", "union": "intersection",
}  # fmt: skip
NAMES |= {new: old for old, new in NAMES.items()}
COMMUTE = {"maximum", "minimum", "max", "min", "allclose", "isclose"}  # in either order
NO_EFFECT = {"cache", "copy", "encoding", "strict"}  # on a result: speed, other systems
COSMETIC = {"figures.py"}  # where constants are colors, sizes and positions
NodePath = tuple[tuple[str, int | None], ...]


class PythonMutant(NamedTuple):
    """A change of one node of a file's syntax tree; None in place of a new node removes it."""

    name: str
    file: str
    place: NodePath
    new: ast.AST | None

    def mutated_text(self, project: Path) -> str:
        """Return the file's text with the change."""
        tree = ast.parse((project / self.file).read_text(encoding="utf-8"))
        parent: Any = tree
        *before, (field, number) = self.place
        for step, index in before:
            parent = getattr(parent, step) if index is None else getattr(parent, step)[index]
        if number is None:
            setattr(parent, field, self.new)
        elif self.new is None and field in ("keywords", "decorator_list", "ifs"):
            del getattr(parent, field)[number]
        else:
            getattr(parent, field)[number] = self.new or ast.Pass()
        return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def python_mutants(project: Path, package: str) -> list[PythonMutant]:
    """Return every mutant of every module of a package, each with a name of its own."""
    return [
        mutant
        for path in sorted((project / package).rglob("*.py"))
        for mutant in file_mutants(path, path.relative_to(project).as_posix())
    ]


def file_mutants(path: Path, file: str) -> Iterator[PythonMutant]:
    """Give every mutant of one module."""
    named = Counter[str]()
    for place, where, node in nodes(ast.parse(path.read_text(encoding="utf-8"))):
        decorates = place[-1][0] == "decorator_list" and ast.unparse(node) not in NO_EFFECT
        for new in [None] if decorates else changes(node, path.name in COSMETIC):
            name = f"{file}: {where}: {short_source(node)} -> {short_source(new)}"
            named[name] += 1
            yield PythonMutant(
                name + (f" #{named[name]}" if named[name] > 1 else ""), file, place, new
            )


def short_source(node: ast.AST | None) -> str:
    """Return a node as it reads, the beginning if it is long."""
    text = ast.unparse(ast.fix_missing_locations(node)) if node else "nothing"
    line = " ".join(text.split())
    return line if len(line) <= 70 else f"{line[:69]}…"


def nodes(
    node: ast.AST, place: NodePath = (), where: str = "module"
) -> Iterator[tuple[NodePath, str, ast.AST]]:
    """Give every node that may be changed, with the path to it and the function that it is in."""
    if is_left_out(node):
        return
    if place:
        yield place, where, node
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = node.name if where == "module" else f"{where}.{node.name}"
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for number, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield from nodes(child, (*place, (field, number)), where)


def is_left_out(node: ast.AST) -> bool:
    """Whether a node is text, an import, a type, a `raise`, or an argument in `NO_EFFECT`."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.JoinedStr():
            return True
        case ast.Import() | ast.ImportFrom() | ast.operator() | ast.expr_context():
            return True
        case ast.keyword(arg=name):
            return name in NO_EFFECT
        case ast.Assign(targets=[ast.Name(id=name)]):
            return bool(re.fullmatch(r"__all__|[A-Z]|[A-Z][a-z]+", name))
    return False


def changes(node: ast.AST, cosmetic: bool = False) -> Iterator[ast.AST | None]:
    """Give what a node is replaced by, None for nothing."""
    match node:
        case ast.BinOp(left, op, right) if not isinstance(op, ast.Mod):
            yield from (ast.BinOp(left, new(), right) for new in SWAPPED.get(type(op), ()))
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
                yield ast.BinOp(right, op, left)
            yield from (left, right)
        case ast.AugAssign(target, op, value):
            yield from (ast.AugAssign(target, new(), value) for new in SWAPPED.get(type(op), ()))
            yield ast.Assign([target], value)
        case ast.Compare(left, ops, comparators):
            for k, comparison in enumerate(ops):
                for new in SWAPPED[type(comparison)]:
                    yield ast.Compare(left, [*ops[:k], new(), *ops[k + 1 :]], comparators)
        case ast.BoolOp(connective, values):
            yield ast.BoolOp(SWAPPED[type(connective)][0](), values)
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.If(test=test, body=body, orelse=orelse):
            yield ast.If(negated(test), body, orelse)
            if isinstance(body[0], ast.Raise):
                yield ast.If(ast.Constant(value=False), body, orelse)
        case ast.IfExp(test, body, orelse):
            yield from (body, orelse)
        case ast.comprehension(target, iter, ifs) if ifs:
            yield ast.comprehension(target, iter, [negated(ifs[0]), *ifs[1:]], 0)
            yield ast.comprehension(target, iter, ifs[1:], 0)
        case ast.Constant(value=value) if not cosmetic:
            for other in other_constants(value):
                yield ast.Constant(value=other)
        case ast.Attribute(value, "T"):
            yield value
        case ast.Attribute(value, name) if name in NAMES:
            yield ast.Attribute(value, NAMES[name])
        case ast.Name(name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Call(function, [first, second, *rest], keywords) if not commutes(function):
            if type(first) is type(second) and ast.dump(first) != ast.dump(second):
                yield ast.Call(function, [second, first, *rest], keywords)
        case ast.Return(value) if value and ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(value=None))
        case ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield None
        case ast.keyword() if not cosmetic:
            yield None
        case ast.Continue():
            yield ast.Break()


def negated(test: ast.expr) -> ast.expr:
    """Return the opposite of a condition."""
    return ast.UnaryOp(ast.Not(), test)


def other_constants(value: object) -> Iterator[bool | int | float]:
    """Give the values that a constant is replaced by; text stays."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
        if isinstance(value, float) and value:
            yield 0.0


def commutes(function: ast.expr) -> bool:
    """Whether the arguments of a function may be exchanged."""
    return ast.unparse(function).rpartition(".")[2] in COMMUTE
