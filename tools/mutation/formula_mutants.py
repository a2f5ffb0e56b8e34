"""Wrong formulas: every displayed formula that holds, with one token or one part of it changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from lark import Token, Tree

from bpkit.course.chapter_problems import chapter_problems, sound_verdicts
from bpkit.course.declared_symbols import course_notation
from bpkit.equations.parser import ConsistencyError, NotationError, Symbol, grammar, parse
from bpkit.equations.verification import compares_values, verify
from tools.replace_in_foreign_text import replace_once

Node = Any
"""A tree of the grammar, or a token of it."""

SIBLINGS = {
    "x": "h_1 y", "y": "f x", "z": "h s", "h": "z W x", "f": "y z", "L": "f y", "W": "G h",
    "b": "g z", "G": "W", "g": "b", "H": r"\Delta W", "e": "x", "a": "x", "w": r"\varepsilon",
    "s": r"\log \sigma", r"\delta": "h z", r"\Delta": "H W", r"\varepsilon": "w",
    r"\sigma": r"s \log", r"\log": r"\sigma s", r"\max": r"\log", r"\operatorname{Im}": r"\log",
    r"\mathrm{i}": r"\varepsilon",
}  # fmt: skip
"""What each symbol is replaced by: what appears next to it in the course."""

BOLD = re.compile(r"\\mathbf|\\boldsymbol|\\delta_(\w|\{[^,}]*\})|\\operatorname\{diag\}")
"""What is not a scalar: a symbol in bold face, and a whole row of deltas."""


class Edit(NamedTuple):
    """A change of a formula: what kind it is, and the text from `start` to `end` that it renews."""

    kind: str
    start: int
    end: int
    new: str


class FormulaMutant(NamedTuple):
    """A displayed formula with a change, and the layers that its chapter tries it for."""

    name: str
    text: str
    layers: dict[str, tuple[int, ...]]

    def killed_by(self) -> str:
        """Say what refuses the formula: "notation", "consistency", "value"; "" if nothing does."""
        try:
            verify(self.text, course_notation(), **self.layers)
        except NotationError:
            return "notation"
        except ConsistencyError:
            return "consistency"
        except AssertionError:
            return "value"
        return ""


def displayed_formulas() -> dict[str, FormulaMutant]:
    """Return every displayed formula that holds by its label, as a mutant without a change."""
    return {
        label: FormulaMutant(label, shown.text, call.layers)
        for label, (shown, call) in sound_verdicts(chapter_problems()).items()
        if call.name == "check" and compares_values(shown.text)
    }


def formula_mutants(formula: FormulaMutant) -> list[FormulaMutant]:
    """Return every mutant of a displayed formula, each with a name of its own."""
    return [
        FormulaMutant(f"{formula.name}: {name}", mutated, formula.layers)
        for name, mutated in variants(formula.text)
    ]


def handwritten_formula_mutant(
    row: dict[str, str], formulas: Mapping[str, FormulaMutant]
) -> FormulaMutant:
    """Return the mutant that a row of handwritten_mutants.toml makes of a displayed formula."""
    place = f"{row['name']}: the formula {row['label']}"
    if row["label"] not in formulas:
        raise ValueError(f"{place} must be one that a chapter checks")
    formula = formulas[row["label"]]
    mutated = replace_once(formula.text, row["old"], row["new"], file=place)
    return FormulaMutant(row["name"], mutated, formula.layers)


def variants(text: str) -> Iterator[tuple[str, str]]:
    """Give the name and the text of each mutant of a formula; none reads as the formula itself."""
    seen, named, meaning = {text}, Counter[str](), plain(grammar().parse(text))
    for kind, start, end, new in edits(text):
        mutated = text[:start] + new + text[end:]
        if mutated in seen or (kind == "brackets dropped" and reads_as(mutated, meaning)):
            continue
        seen.add(mutated)
        name = f"{kind}, {short(text[start:end])}" + (f" to {short(new)}" if new.strip() else "")
        named[name] += 1
        yield name + (f" #{named[name]}" if named[name] > 1 else ""), mutated


def short(text: str) -> str:
    """Return a piece of LaTeX in one line, and of a long one the beginning."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


def edits(text: str) -> Iterator[Edit]:
    """Give every change of a formula."""
    tree = grammar().parse(text)
    for token in grammar().parse_interactive(text).iter_parse():
        yield from token_edits(token)
    letters = sorted({str(node.children[-1]) for node in indices(tree)})
    for node in indices(tree):
        yield from letter_edits(text, node, letters)
    yield from part_edits(text, tree, None)


def token_edits(token: Token) -> Iterator[Edit]:
    """Give the changes of a sign or a number by itself."""
    place = token.start_pos or 0, token.end_pos or 0
    match token.type:
        case "PLUS" | "MINUS":
            yield Edit("sign", *place, "+" if token == "-" else "-")
        case "NUMBER" | "DIGIT" | "ONE_DIGIT":
            for number in {int(token) + 1, abs(int(token) - 1)}:
                yield Edit("number", *place, str(number))
        case "SQUARED":
            yield Edit("square dropped", *place, "")
        case "TRANSPOSED":
            yield Edit("transpose dropped", *place, "")
        case "ODOT":
            yield Edit("product", *place, " ")
        case "PRIME":
            yield Edit("prime dropped", *place, "")


def indices(tree: Node) -> list[Node]:
    """Return the letters in the subscripts of a formula, the names of layers and nodes."""
    lower = [node for data in ("lower", "index", "next", "previous") for node in find(tree, data)]
    return [child for node in lower for child in node.children if is_tree(child, "name")]


def find(tree: Node, data: str) -> list[Node]:
    """Return the parts of a tree that a rule of the grammar made, from left to right."""
    return sorted(tree.find_data(data), key=lambda node: node.meta.start_pos)


def letter_edits(text: str, node: Node, letters: list[str]) -> Iterator[Edit]:
    """Give the changes of a letter in a subscript."""
    start, end = span(node)
    for letter in letters:
        if letter != text[start:end]:
            yield Edit("index", start, end, letter)
    if text[start - 1] == "_":
        yield from (Edit("index", start, end, f"{{{text[start:end]}{by}}}") for by in ("+1", "-1"))
    elif text[start - 2 : start] == "_{" and text[end] in ",}":
        yield from (Edit("index", start, end, f"{text[start:end]}{by}") for by in ("+1", "-1"))
    if text[end : end + 1].isalpha():
        yield Edit("indices exchanged", start, end + 1, text[end] + text[start:end])


def part_edits(text: str, node: Node, parent: Node) -> Iterator[Edit]:
    """Give the changes of a part of a formula and of all parts of it."""
    if not isinstance(node, Tree):
        return
    rule = globals().get(f"{node.data}_edits")
    if rule:
        yield from rule(text, node)
    if node.data in ("symbol", "group", "derivative") and not is_tree(parent, "transpose"):
        yield from transpose_added(text, node, parent)
    if node.data in ("chain", "group", "exponential", "fraction"):
        for child in trees(node):
            if child.data not in ("negative", "relation"):
                start, end = span(child)
                yield Edit("minus added", start, end, "-" + text[start:end])
    for child in node.children:
        if node.data != "derivative" and not (is_tree(child, "symbol") and node.data == "sum"):
            found = part_edits(text, child, node)
            yield from (edit for edit in found if not keeps_norm(edit, child, node))
        elif is_tree(child, "symbol"):
            yield from symbol_edits(text, child)


def keeps_norm(edit: Edit, child: Node, parent: Node) -> bool:
    """Whether a change transposes all that is in a norm, which does not change it."""
    transposed = edit.kind == "transpose added" and is_tree(parent, "norm")
    return transposed and (edit.start, edit.end) == span(child)


def symbol_edits(text: str, node: Node) -> Iterator[Edit]:
    """Replace a symbol by its siblings, and leave out an index that it needs."""
    name = node.children[0] if is_tree(node.children[0], "name") else node.children[1]
    start, end = span(name)
    name_start = max(start, *(t.start_pos for t in name.children if t.type != "BOLD"))
    name_end = end - (text[end - 1] == "}" and "{" in text[start:name_start])
    for sibling in SIBLINGS.get(text[name_start:name_end], "").split():
        yield Edit("symbol", name_start, name_end, sibling)
    for script in trees(node):
        if script.data == "lower" and needs_index(text[slice(*span(node))]):
            yield Edit("index dropped", *span(script), "")


def needs_index(text: str) -> bool:
    """Whether a symbol means something else without its index, as L_i does and x_i does not."""
    symbol: Any = next(parse(f"{text} = 1").scan_values(is_symbol))
    bare = Symbol(symbol.name, 0)
    try:
        return course_notation().declaration(symbol) is not course_notation().declaration(bare)
    except NotationError:
        return True


def transpose_added(text: str, node: Node, parent: Node) -> Iterator[Edit]:
    """Transpose a part, unless it is a function, or the diagonal matrix of a column."""
    start, end = span(node)
    before = text[:start].rstrip().removesuffix(r"\left").rstrip()
    scripts = [script.data for script in trees(node)] if node.data == "symbol" else []
    if before.endswith("diag}") or "diag" in text[start:end][:18] or "script" in scripts:
        return
    if "upper" in scripts:
        yield Edit("transpose added", start, end, f"({text[start:end]})^\\top")
    else:
        yield Edit("transpose added", start, end, text[start:end] + r"^\top")


def product_edits(text: str, node: Node) -> Iterator[Edit]:
    """Drop a factor, exchange two neighbors, multiply them elementwise."""
    units = factors(text, node)
    for start, end in units if len(units) > 1 else []:
        yield Edit("factor dropped", start, end, "")
    for (first, last), (start, end) in pairwise(units):
        one, other = text[first:last], text[start:end]
        if not (is_scalar(one) or is_scalar(other)):
            yield Edit("neighbors exchanged", first, end, f"{other} {one}")
        if not (is_scalar(one) and is_scalar(other)):
            yield Edit("elementwise", last, start, r" \odot ")


def factors(text: str, node: Node) -> list[tuple[int, int]]:
    """Return where the factors of a product are, a function together with its argument."""
    places: list[tuple[int, int]] = []
    called = False
    for child in node.children:
        if getattr(child, "type", "") == "TIMES":
            continue
        start, end = span(child)
        places += [(places.pop()[0] if called else start, end)]
        called = is_function(text[start:end])
    return places


def is_function(text: str) -> bool:
    """Whether a factor is a function's name, which an argument follows."""
    name = text.removesuffix("'").replace(r"\operatorname{", "\\").removesuffix("}")
    return name in (*course_notation().functions, r"\diag", "f", "L")


def is_scalar(text: str) -> bool:
    """Whether a factor is a scalar: nothing in it is bold, but in a norm and the argument of f."""
    text = re.sub(r"\\lVert.*?\\rVert", "", text, flags=re.DOTALL)
    return not BOLD.search(re.sub(r"f\(\\mathbf\{x\}(_i)?\)", "f", text))


def hadamard_edits(text: str, node: Node) -> Iterator[Edit]:
    """Drop one side of an elementwise product."""
    (start, middle), (begin, end) = span(node.children[0]), span(node.children[-1])
    yield Edit("factor dropped", start, begin, "")
    yield Edit("factor dropped", middle, end, "")


def add_edits(text: str, node: Node) -> Iterator[Edit]:
    """Drop a term."""
    yield from (Edit("term dropped", *place, "") for place in gaps(node))


def subtract_edits(text: str, node: Node) -> Iterator[Edit]:
    """Drop a term, or exchange the two."""
    yield from add_edits(text, node)
    (start, middle), (begin, end) = span(node.children[0]), span(node.children[-1])
    exchanged = text[begin:end] + text[middle:begin] + text[start:middle]
    yield Edit("terms exchanged", start, end, exchanged)


def gaps(node: Node) -> Iterator[tuple[int, int]]:
    """Give the place of either side of a sign, the sign included."""
    (start, middle), (begin, end) = span(node.children[0]), span(node.children[-1])
    yield from ((start, begin), (middle, end))


def fraction_edits(text: str, node: Node) -> Iterator[Edit]:
    """Turn a fraction over, or leave out what is above or below the line."""
    start, end = span(node)
    above, below = (text[slice(*span(child))] for child in node.children[1:])
    yield Edit("fraction turned", start, end, rf"\frac{{{below}}}{{{above}}}")
    yield Edit("denominator dropped", start, end, f"({above})")
    yield Edit("numerator dropped", start, end, rf"\frac{{1}}{{{below}}}")


def derivative_edits(text: str, node: Node) -> Iterator[Edit]:
    """Turn a derivative over."""
    (start, middle), (begin, end) = map(span, trees(node))
    above, below = text[start:middle], text[begin:end]
    yield Edit("derivative turned", start, end, below + text[middle:begin] + above)


def summed_edits(text: str, node: Node) -> Iterator[Edit]:
    """Drop a sum, or begin it one factor later, where that factor depends on its letter."""
    _, head, body = node.children
    start, end = span(head)
    yield Edit("sum dropped", start, end, "")
    places = factors(text, body) if is_tree(body, "product") else []
    letter = next(head.find_data("name")).children[-1]
    if len(places) > 1 and letter in letters_in(text[slice(*places[0])]):
        first, last = places[0]
        yield Edit("sum begun later", start, last, f"{text[first:last]} {text[start:end]}")


def letters_in(text: str) -> set[str]:
    """Return the letters by themselves in a piece of LaTeX."""
    return set(re.sub(r"\\[a-zA-Z]+", "", text))


def group_edits(text: str, node: Node) -> Iterator[Edit]:
    """Drop the brackets, or the function before them."""
    start, end = span(node)
    first, last = span(trees(node)[0])[0], span(trees(node)[-1])[1]
    yield Edit("brackets dropped", start, end, f" {text[first:last]} ")
    before = re.search(r"(\\operatorname\{\w+\}|\\[a-zA-Z]+'?|s)$", text[:start].rstrip())
    if before and is_function(before[0]):
        yield Edit("function dropped", before.start(), before.end(), "")


def ones_edits(text: str, node: Node) -> Iterator[Edit]:
    """Write the number 1 for ones."""
    yield Edit("ones", *span(node), "1")


# What holds for a tree of the grammar


def is_symbol(node: Node) -> bool:
    """Whether a leaf is a symbol."""
    return isinstance(node, Symbol)


def is_tree(node: Node, data: str) -> bool:
    """Whether a part of a formula was made by a rule of the grammar."""
    return isinstance(node, Tree) and node.data == data


def trees(node: Node) -> list[Node]:
    """Return the children that are no tokens."""
    return [child for child in node.children if isinstance(child, Tree)]


def span(node: Node) -> tuple[int, int]:
    """Return where a part of a formula begins and ends."""
    place: Any = node if isinstance(node, Token) else node.meta
    return place.start_pos, place.end_pos


def reads_as(text: str, meaning: object) -> bool:
    """Whether a text is read as a formula is, brackets apart."""
    try:
        return plain(grammar().parse(text)) == meaning
    except Exception:
        return False


def plain(node: Node) -> object:
    """Return a tree as nested tuples without its brackets, but for those that name an argument."""
    if not isinstance(node, Tree):
        return node and str(node)
    parts = [plain(child) for child in node.children]
    if node.data == "group" and len(trees(node)) == 1:
        return plain(trees(node)[0])
    if node.data == "product":
        flat = [part for child in parts for part in spread(child)]
        return flat[0] if len(flat) == 1 else ("product", *flat)
    return (str(node.data), *parts)


def spread(part: Any) -> tuple[object, ...]:
    """Return the factors of a part that is a product, or the part alone."""
    return part[1:] if isinstance(part, tuple) and part[0] == "product" else (part,)
