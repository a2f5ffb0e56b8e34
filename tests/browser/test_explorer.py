"""The interactive network: its numbers are those of bpkit, and every reader can operate it."""

import json
import math
import re
from itertools import pairwise

import numpy as np
import pytest
from accessibility_checks import barriers, too_wide, walk
from open_pages import THEMES, open_page, resize

from bpkit import Network, backpropagation, compare, deltas, forward, loss
from tools.project import CHAPTERS
from tools.website.needs_server import NOTES

NAME = "chapters/delta-recursion"
SETTINGS = 200
MINUS, SIGMA, NOT_YET = "\u2212", "\u03c3", "\u2013"
START = json.loads((CHAPTERS / "explorer.json").read_text(encoding="utf-8"))
HEADS = re.compile("^node +z +h +delta")  # of the table that the chapter prints
COMPUTE = """async (settings) => {
  const net = await import(new URL("../explorer/network.js", location));
  return settings.map((network) => ({
    ...net.forward(network), delta: net.backward(network),
    gradient: net.gradients(network), loss: net.loss(network),
  }));
}"""
NUDGE = """async ([network, path, steps, gradient]) => {
  const net = await import(new URL("../explorer/network.js", location));
  return steps.map((step) => net.nudge(network, path, step, gradient ?? undefined).ratio);
}"""
HEIGHT = "() => document.querySelector('.explorer').offsetHeight"


@pytest.fixture
def picture(page, address):
    """Open the chapter and return its picture."""
    open_page(page, address, NAME)
    return page.locator(".explorer")


def random_setting(rng):
    """Draw a network of the picture's sizes with a sample and a label; every tenth is large."""
    scale = 30 if rng.integers(10) == 0 else 2
    sizes = {1: (3, 2), 2: (2, 2), 3: (2, 1)}
    return {
        "W": {str(l): rng.normal(scale=scale, size=size).tolist() for l, size in sizes.items()},
        "b": {str(l): rng.normal(scale=scale, size=size[1]).tolist() for l, size in sizes.items()},
        "x": rng.normal(scale=scale, size=3).tolist(),
        "y": int(rng.integers(2)),
    }


def reference_values(setting):
    """Return what bpkit computes for a setting."""
    network = Network(*({int(l): setting[name][l] for l in setting[name]} for name in "Wb"))
    X, y = [setting["x"]], [setting["y"]]
    return {
        **forward(network, X)._asdict(),
        "delta": deltas(network, X, y),
        "gradient": backpropagation(network, X, y)._asdict(),
        "loss": loss(network, X, y),
    }


def assert_agree(found, expected):
    """Compare all numbers of a setting with those of bpkit, to 1e-9 of each number."""
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-9, atol=0)
    parts = [(found[name], expected[name]) for name in ("z", "h", "delta")]
    parts += [(found["gradient"][name], expected["gradient"][name]) for name in "Wb"]
    for part, wanted in parts:
        assert {int(l) for l in part} == set(wanted)
        for l in wanted:
            array = np.reshape(part[str(l)], np.shape(wanted[l]))
            np.testing.assert_allclose(array, wanted[l], rtol=1e-9, atol=1e-300)
            if np.any(wanted[l]):
                compare(array, wanted[l], tolerance=1e-9)


def settings(count=SETTINGS):
    """Draw settings, the same every time."""
    rng = np.random.default_rng(seed=6)
    return [random_setting(rng) for _ in range(count)]


def test_its_arithmetic_is_that_of_bpkit(picture):
    """On random settings, large pre-activations among them, each number agrees to 1e-9."""
    drawn = settings()
    expected = [reference_values(setting) for setting in drawn]
    assert max(np.abs(known["z"][3]).max() for known in expected) > 40
    for found, known in zip(picture.page.evaluate(COMPUTE, drawn), expected, strict=True):
        assert_agree(found, known)


def test_a_slightly_wrong_delta_is_refused(picture):
    """A millionth more in one delta, or one gradient, does not pass the comparison above."""
    (setting,) = settings(1)
    (found,) = picture.page.evaluate(COMPUTE, [setting])
    assert_agree(found, reference_values(setting))
    for part, index in ((found["delta"]["1"], 1), (found["gradient"]["W"]["2"][0], 0)):
        part[index] *= 1 + 1e-6
        with pytest.raises(AssertionError):
            assert_agree(found, reference_values(setting))
        part[index] /= 1 + 1e-6


def test_a_smaller_nudge_is_predicted_better(picture):
    """The ratio of the actual to the predicted change goes to 1 as the step shrinks."""
    steps = [0.1, 0.01, 0.001, 0.0001]
    for path in (["W", 1, 2, 1], ["W", 2, 0, 1], ["W", 3, 1, 0], ["b", 2, 0]):
        off = [abs(r - 1) for r in picture.page.evaluate(NUDGE, [START, path, steps, None])]
        assert all(later < earlier / 5 for earlier, later in pairwise(off))
        assert off[-1] < 1e-4


def test_a_wrong_gradient_predicts_wrongly(picture):
    """With a gradient one per cent too large the ratio goes elsewhere."""
    gradient = {name: dict(part) for name, part in reference_values(START)["gradient"].items()}
    wrong = {l: (1.01 * W).tolist() for l, W in gradient["W"].items()}
    arguments = [START, ["W", 2, 0, 0], [0.0001], {"W": wrong}]
    (ratio,) = picture.page.evaluate(NUDGE, arguments)
    assert ratio == pytest.approx(1 / 1.01, rel=1e-3)


# What is shown


def value(text):
    """Read a number as the picture writes it."""
    return float(text.replace(MINUS, "-").replace(" × 10", "e"))


def press(picture, name):
    """Press one of the buttons, by its exact name."""
    picture.get_by_role("button", name=name, exact=True).click()


def steps_of(picture):
    """Go through the steps from the start; give at each what is said and the bold results."""
    press(picture, "Start again")
    for _ in range(11):
        press(picture, "Step")
        results = picture.locator("[data-is=formulas] b").all_inner_texts()
        yield picture.get_by_role("status").inner_text(), [value(text) for text in results]


def table(picture):
    """Return the numbers of the table, a row a node: z, h and delta."""
    rows = picture.locator("tbody tr").all()
    return [[value(text) for text in row.locator("td").all_inner_texts()[:3]] for row in rows]


def expected_steps(setting):
    """Return the results of the steps in their order, by bpkit: z and h, the loss, delta."""
    known = reference_values(setting)
    z, h, delta = (
        {l: part[l][0] for l in (1, 2, 3)} for part in map(known.get, ("z", "h", "delta"))
    )
    nodes = [(l, m) for l in (1, 2, 3) for m in range(len(z[l]))]
    back = [(3, 0), (2, 0), (2, 1), (1, 0), (1, 1)]
    return [
        *([z[l][m], h[l][m]] for l, m in nodes),
        [known["loss"]],
        *([delta[l][m]] for l, m in back),
    ]


MOVED = [
    {},
    {"x": [0, 2.5, -3.1], "y": 0},
    {"x": [4, 0.1, -0.2], "W 1,21": -2.4, "b 3": 3.3},
    {"x": [0.5, -1, 0.7], "W 3,21": 60, "b 2,1": -12},
]


def move(picture, changes):
    """Move the picture by its own fields; return the setting that it should then have."""
    setting = json.loads(json.dumps(START))
    for name, number in changes.items():
        if name == "x":
            for k, each in enumerate(number, start=1):
                picture.get_by_label(f"x {k} as a number").fill(str(each))
            setting["x"] = number
        elif name == "y":
            picture.get_by_label("y as a number").fill(str(number))
            setting["y"] = number
        else:
            (option,) = [
                o for o in picture.locator("option").all() if o.inner_text().startswith(f"{name}:")
            ]
            kind, l, *at = option.get_attribute("value").split(",")
            picture.get_by_label("weight or bias", exact=True).select_option(
                f"{kind},{l},{','.join(at)}"
            )
            picture.get_by_label("the chosen weight or bias as a number").fill(str(number))
            row = setting[kind][l] if len(at) == 1 else setting[kind][l][int(at[0])]
            row[int(at[-1])] = number
    return setting


@pytest.mark.parametrize("changes", MOVED, ids=str)
def test_what_is_shown_is_what_bpkit_computes(changes, picture):
    """After a move by its fields, each step's result and the table show bpkit's numbers."""
    setting = move(picture, changes)
    for (_, shown), wanted in zip(steps_of(picture), expected_steps(setting), strict=True):
        np.testing.assert_allclose(shown, wanted, rtol=6e-3)
    press(picture, "All")
    known = reference_values(setting)
    wanted = [
        [known[name][l][0, m] for name in ("z", "h", "delta")]
        for l in (1, 2, 3)
        for m in range(2 - l // 3)
    ]
    np.testing.assert_allclose(table(picture), wanted, rtol=6e-4, atol=6e-4)


def test_it_starts_with_the_numbers_of_the_printed_table(picture):
    """To the digit: the cell below it prints what its own table shows."""
    printed = picture.page.locator("pre", has_text=HEADS).text_content().splitlines()[1:]
    assert table(picture) == [[float(number) for number in line.split()[1:]] for line in printed]


def test_every_formula_is_right_with_the_numbers_put_in(picture):
    """What stands between the last signs of equality gives the result, to the digits shown."""
    press(picture, "Start again")
    for _ in range(11):
        press(picture, "Step")
        for formula in picture.locator("[data-is=formulas] .explorer-formula").all():
            line = formula.locator("> :last-child > *").last.inner_text()
            *_, numbers, result = " ".join(line.split()).split("=")
            numbers = numbers.replace(MINUS, "-").replace("×", "*").replace("e", "exp")
            numbers = re.sub(r"exp(-?[\d.]+)", r"exp(\1)", numbers)
            names = {"exp": math.exp, "log": math.log, SIGMA: lambda z: 1 / (1 + math.exp(-z))}
            assert eval(numbers, names) == pytest.approx(value(result.strip()), rel=2e-2, abs=2e-3)


def test_the_nudge_shows_what_was_predicted_and_what_came(picture):
    """Both numbers and their ratio are bpkit's; the button moves the weight and says so."""
    picture.get_by_label("by", exact=True).select_option("0.01")
    predicted, actual, ratio = map(value, picture.locator("dd").all_inner_texts())
    moved = json.loads(json.dumps(START))
    moved["W"]["2"][0][0] += 0.01
    before, after = reference_values(START)["loss"], reference_values(moved)["loss"]
    assert predicted == pytest.approx(
        0.01 * reference_values(START)["gradient"]["W"][2][0, 0], rel=1e-3
    )
    assert actual == pytest.approx(after - before, rel=1e-3)
    assert ratio == pytest.approx(actual / predicted, abs=2e-3)
    press(picture, "Nudge this weight")
    assert picture.get_by_role("status").inner_text() == (
        f"The loss went from {before:.4g} to {after:.4g}."
    )
    assert picture.get_by_label("W2,11").input_value() == "1.6"  # a slider has steps of 0.1
    field = picture.get_by_label("the chosen weight or bias as a number")
    assert field.input_value() == "1.61"


def test_before_the_step_back_no_gradient_is_claimed(picture):
    """Numbers that are not computed yet are not shown, in the table, the nudge or the drawing."""
    press(picture, "Start again")
    assert not any(picture.locator("tbody td").all_inner_texts())
    assert picture.locator("dd").all_inner_texts() == [NOT_YET] * 3
    assert picture.locator(".explorer-line.unknown").count() == 17
    press(picture, "All")
    assert picture.locator(".explorer-line.unknown").count() == 0


def test_the_lines_tell_sign_and_size_without_colour(picture):
    """A negative gradient is a broken line, and a larger one is wider."""
    gradient = reference_values(START)["gradient"]
    lines = picture.locator("[data-path^='W'] .explorer-line").evaluate_all(
        "all => all.map((line) => [line.parentNode.dataset.path,"
        " parseFloat(getComputedStyle(line).strokeWidth), getComputedStyle(line).strokeDasharray])"
    )
    values = {}
    for path, width, dashes in lines:
        _, l, k, m = path.split(",")
        value = gradient["W"][int(l)][int(k), int(m)]
        assert (dashes != "none") == (value < 0)
        values[abs(value)] = width
    widths = [values[size] for size in sorted(values)]
    assert len(widths) == 12
    assert widths == sorted(widths)


# Who moves it


def test_an_input_and_a_line_can_be_dragged(picture):
    """A drag to the right makes the number larger, in the picture and in its field."""
    page = picture.page
    for path, label, before in (("x,1", "x 2 as a number", -1), ("W,1,2,0", None, 0.5)):
        part = picture.locator(f"[data-path='{path}'] :is(circle, .explorer-hit)").first
        part.scroll_into_view_if_needed()
        box = part.bounding_box()
        x, y = (
            box["x"] + box["width"] / 4,
            box["y"] + box["height"] * (0.75 if label is None else 0.5),
        )
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 50, y)
        page.mouse.up()
        field = picture.get_by_label(label or "the chosen weight or bias as a number")
        assert float(field.input_value()) == pytest.approx(before + 1)
    assert picture.get_by_label("weight or bias", exact=True).input_value() == "W,1,2,0"
    page.mouse.move(x, y)
    assert float(field.input_value()) == pytest.approx(before + 1)


def test_the_keyboard_alone_moves_and_steps(picture):
    """Sliders by arrows, a weight by its list, the steps by Enter and Space."""
    keyboard = picture.page.keyboard
    picture.get_by_role("slider", name="x1").focus()
    keyboard.press("ArrowRight")
    assert picture.get_by_label("x 1 as a number").input_value() == "0.6"
    picture.get_by_role("slider", name="y").focus()
    keyboard.press("ArrowLeft")
    assert picture.get_by_label("y as a number").input_value() == "0"
    picture.get_by_label("weight or bias", exact=True).focus()
    keyboard.type("b 3")
    keyboard.press("Tab")
    assert picture.get_by_role("slider", name="b3").evaluate("e => e === document.activeElement")
    keyboard.press("ArrowLeft")
    assert picture.get_by_label("the chosen weight or bias as a number").input_value() == "-0.7"
    moved = {**START, "x": [0.6, -1, 0.7], "y": 0, "b": {**START["b"], "3": [-0.7]}}
    picture.get_by_role("button", name="Start again").focus()
    keyboard.press("Enter")
    picture.get_by_role("button", name="Step", exact=True).focus()
    for key in ("Enter", "Space"):
        keyboard.press(key)
    shown = picture.locator("[data-is=formulas] b").all_inner_texts()
    np.testing.assert_allclose([value(text) for text in shown], expected_steps(moved)[1], rtol=6e-3)
    for _ in range(20):
        keyboard.press("Enter")
    button = picture.get_by_role("button", name="Step", exact=True)
    assert button.evaluate("e => e === document.activeElement")
    assert button.is_disabled()


def test_the_keyboard_reaches_every_part_of_it(picture):
    """Each has the focus in turn and shows it, and none keeps it."""
    assert walk(picture.page) == ([], [])


def test_a_screen_reader_is_told_of_each_step_and_of_no_drag(picture):
    """The sentence of a step has its numbers and is read politely; a slider speaks for itself."""
    status = picture.get_by_role("status")
    told = [sentence for sentence, _ in steps_of(picture)]
    assert len(set(told)) == 11
    assert told[0] == "Forward: node 1 of layer 1 receives 1.55 and passes on 0.825."
    assert told[5] == "The loss: for label 1 this output costs 1.45."
    assert told[6] == "Back: it begins at the output, with a delta of 0.766."
    assert status.get_attribute("aria-live") == "polite"
    picture.get_by_label("x 1 as a number").fill("2")
    assert status.get_attribute("aria-live") == "off"


def test_every_part_has_a_role_and_a_name(picture):
    """As the accessibility tree has them."""
    tree = picture.aria_snapshot()
    for part in (
        'group "The network, to move"', 'img "The network: three inputs', 'button "Start again"',
        'slider "x1"', 'slider "y"', 'combobox "weight or bias"', 'slider "W2,11"',
        'columnheader "node"', 'rowheader "1,1"', 'combobox "by"', 'button "Nudge this weight"',
    ):  # fmt: skip
        assert part in tree, tree


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_at_every_step_it_fits_has_no_barrier_and_keeps_its_place(width, picture):
    """In light and dark, from the first step to the last, nothing is too wide and nothing jumps."""
    page = picture.page
    resize(page, width, "light")
    whole = page.evaluate(HEIGHT)
    press(picture, "Start again")
    for n in range(12):
        assert too_wide(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert page.evaluate(HEIGHT) == whole
        if n in (0, 3, 9):
            for theme in THEMES:
                resize(page, width, theme)
                assert barriers(page) == []
        if n < 11:
            press(picture, "Step")


def test_everything_to_press_is_large_enough_for_a_finger(picture):
    """At least 24 pixels each way, and the buttons 44."""
    resize(picture.page, 390, "light")
    for part in picture.locator("button, select, input[type=range], input[type=number]").all():
        box = part.bounding_box()
        least = 44 if part.evaluate("e => e.matches('button')") else 24
        assert min(box["width"], box["height"]) >= least
    width = picture.locator(".explorer-hit").first.evaluate(
        "e => parseFloat(getComputedStyle(e).strokeWidth)"
    )
    assert width >= 24


def test_nothing_moves_when_it_starts(page, address):
    """Its place is as large before its script has come as afterwards."""
    page.route(
        "**/explorer/view.js", lambda route: route.fulfill(content_type="text/javascript", body="")
    )
    heights = []
    for width in (390, 1280):
        open_page(page, address, NAME, width)
        heights.append(page.evaluate(HEIGHT))
    page.unroute("**/explorer/view.js")
    for width, height in zip((390, 1280), heights, strict=True):
        open_page(page, address, NAME, width)
        assert page.evaluate(HEIGHT) == height


def test_without_scripts_the_still_figure_and_table_stand_alone(browser, address):
    """Both are seen, and nothing of what could not work."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{NAME}.html")
    assert not page.locator(".explorer").is_visible()
    assert page.locator("#fig-explorer img").is_visible()
    assert page.locator("pre", has_text=HEADS).is_visible()
    context.close()


def test_on_paper_the_still_figure_stands_alone(picture):
    """What is to be moved is not printed."""
    picture.page.emulate_media(media="print")
    assert not picture.is_visible()
    assert picture.page.locator("#fig-explorer img").is_visible()


def test_from_a_folder_where_modules_do_not_load_it_says_what_it_needs(site, page):
    """A page opened as a file has the still figure, and a sentence in place of dead buttons."""
    page.goto((site / f"{NAME}.html").as_uri())
    explorer = page.locator(".explorer")
    explorer.filter(has_text=NOTES[".explorer"]).wait_for()
    assert explorer.locator("button").count() == 0
    assert page.locator("#fig-explorer img").is_visible()
