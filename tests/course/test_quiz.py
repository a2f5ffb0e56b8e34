"""The questions: their right answers are right, their wrong ones wrong, and each says why."""

import re
import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import FrozenInstanceError
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from helpers.all_chapter_equations import LABELS
from markdown_it import MarkdownIt

import bpkit
from bpkit.course import ask, quiz
from bpkit.course.chapter_files import chapters
from bpkit.course.declared_symbols import course_notation
from bpkit.equations.parser import ConsistencyError
from bpkit.equations.verification import verify

FILES = sorted((Path(__file__).parents[2] / "chapters" / "questions").glob("*.toml"))


def readable_questions():
    """Return the questions by chapter; a file that cannot be read is left to a test of its own."""
    found = {}
    for file in FILES:
        with suppress(ValueError):
            found[file.stem] = ask(file.stem).questions
    return found


QUIZZES = readable_questions()
ASKED = [
    pytest.param(question, id=f"{name}-{number}")
    for name, questions in QUIZZES.items()
    for number, question in enumerate(questions, start=1)
]
CHECKED = [case for case in ASKED if any(option.check for option in case.values[0].options)]
# Samples, inputs and nodes: all different, and never the same from one network to the next.
SIZES = [(5, (4, 3, 2, 1)), (7, (6, 5, 4, 1)), (3, (2, 5, 4, 1))]


def same(some, others):
    """Say whether two arrays have one shape and, to nine digits of the largest, one content."""
    some, others = np.asarray(some), np.asarray(others)
    close = 1e-9 * np.abs(others).max()
    return some.shape == others.shape and np.allclose(some, others, rtol=0, atol=close)


def holds(formula, **layers):
    """Say whether a formula of the book's notation holds for every sample of a network."""
    try:
        verify(formula, course_notation(), **layers)
    except (AssertionError, ConsistencyError):
        return False
    return True


class Counting(np.ndarray):
    """An array that notes how many multiplications its matrix products take."""

    noted = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """Compute as plain arrays do, and note a product."""
        plain = [np.asarray(part) for part in inputs]
        result = np.asarray(getattr(ufunc, method)(*plain, **options))
        Counting.noted += result.size * plain[0].shape[-1] if ufunc is np.matmul else 0
        return result.view(Counting)


def multiplications(samples, sizes):
    """Count the multiplications in the products of a forward and a backward pass."""
    layers = range(1, len(sizes))
    W = {l: np.zeros((sizes[l - 1], sizes[l])).view(Counting) for l in layers}
    h = {0: np.zeros((samples, sizes[0])).view(Counting)}
    start = Counting.noted
    for l in layers:
        h[l] = h[l - 1] @ W[l]
    forward, delta = Counting.noted - start, h[len(sizes) - 1]
    for l in reversed(layers):
        h[l - 1].T @ delta
        delta = delta @ W[l].T if l > 1 else delta
    return forward, Counting.noted - start - forward


def names(samples, sizes, seed=0):
    """Return what a check may speak of: a network, its batch, and all that was computed of them."""
    rng = np.random.default_rng(seed)
    network = bpkit.random_network(sizes, rng)
    X, y = rng.normal(size=(samples, sizes[0])), np.resize([1, 0, 0, 1, 1], samples)
    z, h = bpkit.forward(network, X)
    sizes_of = {"N": samples, "D": sizes[0]} | {f"n_{l}": n for l, n in enumerate(sizes)}
    found = {name: getattr(bpkit, name) for name in bpkit.__all__} | {
        "np": np, "rng": rng, "same": same, "holds": holds, "multiplications": multiplications,
        "network": network, "X": X, "y": y, "W": network.W, "b": network.b, "z": z, "h": h,
        "N": samples, "n": sizes, "layers": network.layers, "i": 1,
        "delta": bpkit.deltas(network, X, y), "gradients": bpkit.backpropagation(network, X, y),
    }  # fmt: skip

    def derivative(of, wrt):
        """Return a derivative of sample i in numerator layout, by the complex step."""
        exact = bpkit.complex_step(network, X, y, of=of, wrt=wrt)
        return exact if of == "L" else exact[1]

    def shape(text):
        r"""Return a shape that is written as n_1 \times n_2."""
        return tuple(sizes_of.get(size) or int(size) for size in text.split(r" \times "))

    def run(code, **more):
        """Return the value of an answer that is code."""
        return eval(code, found | more)

    return found | {"derivative": derivative, "shape": shape, "run": run}


def truth(option, found):
    """Evaluate what an answer claims; code with incompatible shapes is not right."""
    text = re.fullmatch(r"[`$](.*)[`$]", option.text)
    try:
        return eval(option.check, found | {"option": text and text[1]})
    except (ValueError, IndexError):
        return False


def mistakes(question):
    """List the answers of a question that are marked as right or wrong and are the opposite."""
    found = []
    for samples, sizes in SIZES:
        known = names(samples, sizes) | question.values
        exec(question.given, known)
        for option in question.options:
            if option.check and bool(truth(option, known)) is not option.right:
                found.append(f"{option.text} is marked {option.right}, for n = {sizes}")
    return found


def swapped(question):
    """Give copies of a question in which a wrong answer that is computed is marked as right."""
    for place in (k for k, option in enumerate(question.options) if not option.right):
        if question.options[place].check:
            marked = enumerate(question.options)
            options = tuple(option._replace(right=k == place) for k, option in marked)
            yield question._replace(options=options)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_questions_of_a_chapter_can_be_read(file):
    """Otherwise the message names the file, and the line or what is missing."""
    assert ask(file.stem).questions


@pytest.mark.parametrize("question", CHECKED)
def test_what_an_answer_claims_is_computed(question):
    """On each of several networks the right answer is true and the wrong ones are false."""
    assert mistakes(question) == []


@pytest.mark.parametrize("question", CHECKED)
def test_a_wrong_answer_marked_as_right_is_refused(question):
    """Whichever of them it is."""
    copies = list(swapped(question))
    assert copies
    assert all(mistakes(copy) for copy in copies)


def test_most_answers_are_computed():
    """More than half of all carry a check."""
    options = [option for case in ASKED for option in case.values[0].options]
    assert sum(bool(option.check) for option in options) > len(options) / 2


@pytest.mark.parametrize("question", ASKED)
def test_one_answer_is_right_and_each_has_its_reason(question):
    """Three or four answers, all different, with reasons that are all different."""
    assert sum(option.right for option in question.options) == 1
    assert len(question.options) in (3, 4)
    assert len({option.text for option in question.options}) == len(question.options)
    assert all(re.search(r"\w.*[.:]$", option.reason) for option in question.options)


def test_no_reason_is_given_twice():
    """Each answer of the whole course has one of its own."""
    reasons = Counter(option.reason for case in ASKED for option in case.values[0].options)
    assert reasons.most_common(1)[0][1] == 1


@pytest.mark.parametrize("name", QUIZZES)
def test_a_chapter_has_a_handful_and_its_right_answers_are_spread(name):
    """Four to six questions; no letter is right more than twice, and at least three are."""
    assert 4 <= len(QUIZZES[name]) <= 6
    places = Counter(
        next(k for k, option in enumerate(question.options) if option.right)
        for question in QUIZZES[name]
    )
    assert max(places.values()) <= 2
    assert len(places) >= 3


def test_the_right_answers_of_the_course_favour_no_letter():
    """Each of the first three letters has a fifth of them at least."""
    places = Counter(
        next(k for k, option in enumerate(case.values[0].options) if option.right) for case in ASKED
    )
    assert all(places[k] >= len(ASKED) / 5 for k in range(3))


def test_length_does_not_give_the_answer_away():
    """The longest answer is the right one about as often as chance has it."""
    longest = [max(case.values[0].options, key=lambda o: len(o.text)).right for case in ASKED]
    assert sum(longest) < len(ASKED) / 2.5


@pytest.mark.parametrize("question", ASKED)
def test_what_a_reason_points_to_is_there(question):
    """Each equation, word and section that is named exists; none is cited by a typed number."""
    text = "\n".join([question.text, *(f"{o.text} {o.reason}" for o in question.options)])
    book = "".join(chapters().values())
    assert set(re.findall(r"\{eq\}`([\w-]+)`", text)) <= LABELS
    assert set(re.findall(r"\{doc\}`([\w-]+)`", text)) <= set(chapters())
    assert all(f"\n{word}\n" in book for word in re.findall(r"\{term\}`([^`]+)`", text))
    assert all(f"# {title}\n" in book for title in re.findall("[Ss]ections? “([^”]+)”", text))
    assert not re.search(r"\b[Ee]quations? \(?\d", text)


class Tags(HTMLParser):
    """Notes the tags of a page and those that are still open."""

    def __init__(self, page):
        super().__init__()
        self.all, self.open = Counter(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Open a tag; none of its attributes is a script."""
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.all[tag] += 1
        self.open.append(tag)

    def handle_endtag(self, tag):
        """Close the tag that was opened last."""
        assert self.open.pop() == tag


def plain(page):
    """Return the tags and words of a page: without links, formulas and the breaks of lines."""
    page = page.replace("<summary>\n<p>", "<summary>").replace("</p>\n</summary>", "</summary>")
    page = re.sub(r"\{\w+\}<code>(.*?)</code>", r"<em>\1</em>", page)
    return "".join(re.sub(r"\$[^$]*\$", "$", page).split())


@pytest.mark.parametrize("name", QUIZZES)
def test_a_quiz_is_well_formed_and_needs_no_script(name):
    """Folded answers, each closed where it was opened."""
    tags = Tags(ask(name)._repr_html_())
    assert tags.open == []
    assert tags.all["details"] == sum(len(question.options) for question in QUIZZES[name])
    assert "script" not in tags.all


@pytest.mark.parametrize("name", QUIZZES)
def test_an_answer_is_called_what_it_is(name):
    """The word before each reason, in the order of the answers, and the color that it has."""
    text = ask(name)._repr_markdown_()
    said = re.findall(r"\*\*(Correct|Not quite)\.\*\*", text)
    options = [option for question in QUIZZES[name] for option in question.options]
    assert re.findall('class="answer (right|wrong)"', text) == [
        "right" if option.right else "wrong" for option in options
    ]
    assert said == ["Correct" if option.right else "Not quite" for option in options]


@pytest.mark.parametrize("name", QUIZZES)
def test_its_html_is_what_a_reader_of_markdown_makes_of_it(name):
    """Another program, given the Markdown, comes to the same tags and words."""
    rendered = MarkdownIt().render(ask(name)._repr_markdown_())
    assert plain(ask(name)._repr_html_()) == plain(rendered)


@pytest.mark.parametrize("name", QUIZZES)
def test_a_quiz_is_the_same_every_time(name):
    """Its bytes depend on the file alone, so that the notebook's outputs can be compared."""
    assert ask(name)._repr_markdown_() == ask(name)._repr_markdown_()
    assert ask(name) == ask(name)


def test_in_a_terminal_a_quiz_is_a_list_with_a_key():
    """Questions by number, answers by letter, and at the end which were right."""
    text = repr(ask("delta-recursion"))
    assert text.startswith("1. ")
    assert text.count("\n   A ") == text.count("\n   B ") == 5
    assert text.endswith("Correct answers: 1 D, 2 B, 3 A, 4 C, 5 C.")


def test_a_quiz_stays_as_it_is():
    """Its questions cannot be exchanged."""
    with pytest.raises(FrozenInstanceError):
        ask("network").questions = ()


def test_an_unknown_chapter_is_refused_with_those_there_are():
    """The message names every chapter that has questions."""
    known = ", ".join(QUIZZES)
    with pytest.raises(ValueError, match=re.escape(f"one of {known}; got 'delta'")):
        ask("delta")


def test_a_question_with_five_options_is_refused(monkeypatch, tmp_path):
    """There are letters for four."""
    (tmp_path / "questions").mkdir()
    option = '[[question.option]]\ntext = "1"\nreason = "One."\n'
    text = f'[[question]]\ntext = "How many?"\n{5 * option}'
    (tmp_path / "questions" / "page.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(quiz, "chapter_folder", lambda: (tmp_path, tmp_path))
    with pytest.raises(ValueError, match="a question must have at most 4 options; got 5"):
        ask("page")


def test_what_a_file_of_questions_lacks_is_named(monkeypatch, tmp_path):
    """The file, and the line or the missing part."""
    (tmp_path / "questions").mkdir()
    monkeypatch.setattr(quiz, "chapter_folder", lambda: (tmp_path, tmp_path))
    for text, problem in {
        "[[question]\n": "line 1",
        "[[question]]\ntext = 'Why?'\n": "there is no 'option'",
        "[[question]]\n[[question.option]]\ntext = '1'\n": "there is no 'reason'",
        "[[question]]\ntext = 'Is it [[h]]?'\noption = []\nvalues = { f = 1 }\n":
            r"values must be given for what the text takes; got none for \[\[h\]\], of f",
    }.items():  # fmt: skip
        (tmp_path / "questions" / "page.toml").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=rf"chapters/questions/page.toml: .*{problem}"):
            ask("page")


# The text of a question and what its answers are computed from

ROWS = {
    f"{name}-{number}": row
    for name in QUIZZES
    for number, row in enumerate(
        tomllib.loads(FILES[0].with_name(f"{name}.toml").read_text(encoding="utf-8"))["question"],
        start=1,
    )
}


def disagreements(row):
    """Say what a question's text states without taking it from the values that are computed with.

    An index, a layer and code are no numbers; code is to be computed as it is written.
    """
    text, values = row["text"], row.get("values", {})
    checks = [row.get("check", ""), *(option.get("check", "") for option in row["option"])]
    code = "\n".join([row.get("given", ""), *checks])
    named = set(re.findall(r"\[\[(\w+)\]\]", text))
    yield from (f"[[{name}]] is not in the text" for name in values.keys() - named)
    yield from (
        f"{name} is not computed with" for name in values if not re.search(rf"\b{name}\b", code)
    )
    for typed in re.findall(r"`([^`]*[-+*/(][^`]*)`", text):
        written = typed.replace("[[", "").replace("]]", "")
        if written not in code:
            yield f"`{written}` is not computed"
    rest = re.sub(r"`[^`]*`|\[\[\w+\]\]", "", text)
    rest = re.sub(r"_(\d|\{[^}]*\})|\blayer \d", "", rest)
    words = "|".join(quiz.NUMBER_WORDS)
    for number in re.findall(rf"(?<!\w)\d+(?:\.\d+)?|\b(?:{words})", rest):
        yield f"the number {number} is not taken from values"
    for quantity in re.findall(r"\\partial (?!\[\[)\S*|\\mathbf\{\w\}_\d", text):
        yield f"the quantity {quantity} is not taken from values"


@pytest.mark.parametrize("name", ROWS)
def test_the_text_of_a_question_takes_its_numbers_from_what_is_computed(name):
    """So that the two cannot disagree."""
    assert list(disagreements(ROWS[name])) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("network-2", "[[activation]]", "0.7", "the number 0.7 is not taken"),
        ("network-2", "[[activation]]", "[[activation]] of 5", "the number 5 is not taken"),
        ("network-3", "[[output]]", r"\frac{1}{4}", "[[output]] is not in the text"),
        ("network-5", "1 / (1 + np.exp(-z))", "1 / (1 + np.exp(z))", "is not computed"),
        ("checking-gradients-3", "[[samples]] samples", "seven samples", "the number seven"),
        ("checking-gradients-5", "[[wrt]]", r"\mathbf{W}_1", r"the quantity \mathbf{W}_1"),
        ("gradient-evaluation-1", "[[of]]", r"\mathbf{h}_2", r"the quantity \partial \mathbf{h}_2"),
        ("gradient-evaluation-4", "[[of]]", "L_i", r"the quantity \partial L_i"),
    ],
)
def test_a_text_that_states_something_of_its_own_is_refused(name, old, new, problem):
    """A number, a derivative or code that nothing is computed with."""
    row = ROWS[name]
    assert old in row["text"]
    found = list(disagreements({**row, "text": row["text"].replace(old, new, 1)}))
    assert any(problem in said for said in found)


def test_a_value_that_nothing_is_computed_with_is_refused():
    """It would be shown and not tested."""
    row = {"text": "Is it [[a]]?", "values": {"a": 1}, "option": []}
    assert list(disagreements(row)) == ["a is not computed with"]


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        (40, "40", 40),
        (0.8, "0.8", 0.8),
        (-0.4, "\N{MINUS SIGN}0.4", -0.4),
        ("1/4", r"\frac{1}{4}", 0.25),
        ("1e-12", "10^{-12}", 1e-12),
        ("seven", "seven", 7),
        (r"\mathbf{W}_2", r"\mathbf{W}_2", "W_2"),
        (r"\mathbf{x}_i", r"\mathbf{x}_i", "h_0"),
        ("L_i", "L_i", "L_i"),
    ],
)
def test_a_value_is_shown_in_words_and_computed_with(value, text, number):
    """A fraction, a power of ten, a word, and the name of a quantity."""
    assert quiz.value_in_text(value) == text
    assert quiz.value_in_python(value) == number
