// What is said at each step: a sentence, and formulas with the numbers put in.
import { read, sigmoid } from "./network.js";

/** Write a number with three digits at most, as it was typed in. */
export const plain = (value) => `${+value.toPrecision(3)}`.replaceAll("-", "−");

/** Write a number with three digits or as many as asked for, a small or large one with its power of ten. */
export function number(value, digits) {
  const size = Math.abs(value);
  if (!size || (size >= 0.001 && size < 10000)) return digits ? value.toPrecision(digits).replace("-", "−") : plain(value);
  const [head, power] = value.toExponential(2).split("e").map((part) => part.replace("-", "−").replace("+", ""));
  return `${head} × 10<sup>${power}</sup>`;
}

/** Write a number into a node or the table, with so many decimals. */
export function short(value, decimals = 2) {
  const size = Math.abs(value);
  if (size && (size < 0.5 / 10 ** decimals || size >= 10000)) return value.toExponential(0).replaceAll("-", "−");
  return (size ? value : 0).toFixed(size < 10 ? decimals : decimals - 1).replace("-", "−");
}

/** Write a factor, in brackets where its sign would follow another one. */
const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

/** Write a letter of the page with its indices. */
export const symbol = (letter, indices) => `<i>${letter}</i><sub>${indices}</sub>`;

/** Return the indices of node m of layer l; the last layer has one node, and no need of a second index. */
export const indices = (l, m) => (l === 3 ? "3" : `${l},${m + 1}`);

/** Return the symbol of an activation; those of layer 0 are the inputs. */
const activation = (l, m) => (l ? symbol("h", indices(l, m)) : symbol("x", m + 1));

/** Return the symbol of the weight or the bias at a path. */
export function parameter([kind, l, k, m]) {
  return kind === "W" ? symbol("W", `${l},${k + 1}${m + 1}`) : symbol("b", indices(l, k));
}

/** Keep together what a line must not break. */
const whole = (...parts) => parts.map((part) => `<span class="explorer-whole">${part}</span>`).join(" ");

/** Write a formula: its left side, and each form of its right side on a line of its own. */
const formula = (left, ...right) =>
  `<div class="explorer-formula"><span>${left}</span><span>${right.map((form) => `<span>= ${form}</span>`).join("")}</span></div>`;

const result = (value) => `= <b>${number(value)}</b>`;

/** The steps in their order: forward, the loss, and back. */
const NODES = [[1, 0], [1, 1], [2, 0], [2, 1], [3, 0]];
const step = (kind) => ([l, m]) => ({ kind, l, m });
export const STEPS = [
  ...NODES.map(step("forward")), { kind: "loss", l: 4, m: 0 },
  ...[4, 2, 3, 0, 1].map((n) => NODES[n]).map(step("back")),
];

/** Say what a node receives and passes on. */
function forwardStep({ l, m }, { network: { W, b }, z, h }) {
  const before = h[l - 1], at = indices(l, m);
  const terms = before.map((_, k) => `${parameter(["W", l, k, m])} ${activation(l - 1, k)}`);
  const numbers = before.map((value, k) => `${factor(W[l][k][m])} × ${factor(value)}`);
  const all = (parts, bias) => whole(...[...parts, bias].map((part, k) => (k ? `+ ${part}` : part)));
  return {
    sentence: `Forward: node ${m + 1} of layer ${l} receives ${number(z[l][m])} and passes on ${number(h[l][m])}.`,
    formulas: formula(symbol("z", at), all(terms, symbol("b", at)),
      `${all(numbers, factor(b[l][m]))} ${result(z[l][m])}`)
      + formula(symbol("h", at), `<i>σ</i>(${symbol("z", at)}) = <i>σ</i>(${number(z[l][m])}) ${result(h[l][m])}`),
  };
}

/** Say what the answer costs. */
function lossStep(_, { network: { y }, z: { 3: [z] }, loss }) {
  const form = (y, rest, z, minus) =>
    whole(`${y} log(1 + <i>e</i><sup>${minus}${z}</sup>)`, `+ ${rest} log(1 + <i>e</i><sup>${z}</sup>)`);
  const plus = (y, rest) => whole(
    `${y} × log(1 + <i>e</i><sup>${number(-z)}</sup>)`, `+ ${rest} × log(1 + <i>e</i><sup>${number(z)}</sup>)`);
  return {
    sentence: `The loss: for label ${number(y)} this output costs ${number(loss)}.`,
    formulas: formula("<i>L</i>", form("<i>y</i>", "(1 − <i>y</i>)", symbol("z", 3), "−"),
      `${plus(number(y), number(1 - y))} ${result(loss)}`),
  };
}

/** Say how a delta comes about. */
function backStep({ l, m }, { network: { W, y }, z, h, delta }) {
  const at = indices(l, m), value = delta[l][m];
  const slopes = `${symbol("h", at)} (1 − ${symbol("h", at)})`;
  if (l === 3) {
    const [end] = z[3];
    return {
      sentence: `Back: it begins at the output, with a delta of ${number(value)}.`,
      formulas: formula(symbol("δ", 3), `<i>y</i> − ${symbol("h", 3)}`,
        whole(`<i>y</i> <i>σ</i>(−${symbol("z", 3)})`, `− (1 − <i>y</i>) <i>σ</i>(${symbol("z", 3)})`),
        `${whole(`${number(y)} × ${number(sigmoid(-end))}`, `− ${number(1 - y)} × ${number(h[3][0])}`)} ${result(value)}`),
    };
  }
  const terms = delta[l + 1].map((_, k) => `${symbol("δ", indices(l + 1, k))} ${parameter(["W", l + 1, m, k])}`);
  const numbers = delta[l + 1].map((each, k) => `${factor(each)} × ${factor(W[l + 1][m][k])}`);
  const bracket = (parts) =>
    parts.length === 1 ? parts[0] : whole(...parts.map((part, k) => (k ? `+ ${part})` : `(${part}`)));
  return {
    sentence: `Back: node ${m + 1} of layer ${l} gathers what it feeds; its delta is ${number(value)}.`,
    formulas: formula(symbol("δ", at), `${bracket(terms)} ${whole(slopes)}`,
      `${bracket(numbers)} ${whole(`× ${number(h[l][m])} × ${number(sigmoid(-z[l][m]))}`, result(value))}`),
  };
}

const TELL = { forward: forwardStep, loss: lossStep, back: backStep };

/** Return the sentence and the formulas of the step that was done last, or of the beginning or the end. */
export function explain(done, passed) {
  if (!done) return { sentence: "Nothing is computed yet: Step begins at the first node.", formulas: "" };
  if (done <= STEPS.length) return TELL[STEPS[done - 1].kind](STEPS[done - 1], passed);
  return { ...lossStep(undefined, passed), sentence: "All is computed. Drag an input or a line from side to side." };
}

/** Write the gradient by the weight or the bias at a path. */
export function explainGradient(path, { h, delta, gradient }, known) {
  const [kind, l, k, m = k] = path, d = symbol("δ", indices(l, m)), weight = kind === "W";
  const left = `<span class="explorer-fraction"><span>∂<i>L</i></span><span>∂${parameter(path)}</span></span>`;
  const numbers = `−${weight ? `${factor(h[l - 1][k])} × ` : ""}${factor(delta[l][m])} ${result(read(gradient, path))}`;
  return formula(left, `−${weight ? `${activation(l - 1, k)} ` : ""}${d}`, known ? numbers : "not known yet");
}
