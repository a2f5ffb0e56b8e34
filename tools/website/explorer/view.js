// The picture that can be moved: what the reader does, and what is then shown.
import { explain, explainGradient, indices, number, parameter, short, STEPS } from "./formulas.js";
import * as net from "./network.js";
import { draw, knownAfter, parameters } from "./picture.js";

const explorer = document.querySelector(".explorer");
const find = (part) => explorer.querySelector(part);
const svg = find("svg"), status = find("[role=status]"), choice = find("select");
const LIMIT = 1000; // of what is typed in; a slider ends sooner
const END = STEPS.length + 1; // all is computed, and no node stands out

let network = JSON.parse(explorer.dataset.start);
let done = END;
let path = ["W", 2, 0, 0]; // of the weight or bias that is chosen

/** Return all numbers of the network as it is now. */
function passed() {
  const delta = net.backward(network);
  const gradient = net.gradients(network, delta);
  return { network, ...net.forward(network), delta, gradient, loss: net.loss(network) };
}

/** Write the table: z, h and delta of each node, and the delta as a bar. */
function tabulate({ z, h, delta }, known, current) {
  const rows = net.layers(network).flatMap((l) => z[l].map((_, m) => {
    const cell = (kind, value) => `<td>${known(kind, l, m) ? short(value, 3) : ""}</td>`;
    const long = known("back", l, m) ? Math.min(1, Math.abs(delta[l][m])) * 50 : 0;
    const bar = `<span class="explorer-bar-of ${delta[l][m] < 0 ? "less" : "more"}" style="--long: ${long}%"></span>`;
    return `<tr${current?.l === l && current.m === m ? ' class="now"' : ""}><th scope="row">${indices(l, m)}</th>`
      + `${cell("forward", z[l][m])}${cell("forward", h[l][m])}${cell("back", delta[l][m])}<td>${bar}</td></tr>`;
  }));
  find("tbody").innerHTML = rows.join("");
}

/** Compare the gradient's prediction with what the loss does. */
function showNudge(all, known) {
  const step = Number(find("[name=step]").value);
  const { predicted, actual, ratio } = net.nudge(network, path, step, all.gradient);
  const values = known ? { predicted, actual, ratio } : {};
  for (const name of ["predicted", "actual", "ratio"]) {
    find(`[data-nudge=${name}]`).innerHTML = Number.isFinite(values[name]) ? number(values[name], 4) : "–";
  }
}

/** Give a slider and the field beside it a number, unless it is being typed there. */
function fill(slider, value) {
  const field = slider.nextElementSibling;
  slider.value = value;
  if (field !== document.activeElement) field.value = Number(value.toPrecision(6));
}

/** Show everything as it is now; only what the reader asked for is read aloud. */
function show(aloud = false) {
  const all = passed(), known = knownAfter(done), current = STEPS[done - 1];
  const [, l, k, m = k] = path, reached = known("back", l, m);
  const { sentence, formulas } = explain(done, all);
  status.ariaLive = aloud ? "polite" : "off";
  status.innerHTML = sentence;
  find("[data-is=formulas]").innerHTML = formulas;
  find("[data-is=count]").textContent = done < END ? `${done} of ${STEPS.length}` : "";
  find("[data-is=gradient]").innerHTML = explainGradient(path, all, reached);
  find("[data-go=back]").ariaDisabled = find("[data-go=start]").ariaDisabled = !done;
  find("[data-go=step]").ariaDisabled = find("[data-go=all]").ariaDisabled = done === END;
  for (const slider of explorer.querySelectorAll("[data-slide]")) fill(slider, net.read(network, pathOf(slider)));
  choice.value = path;
  find("[data-is=name]").innerHTML = parameter(path);
  find("[data-nudge='']").textContent = `Nudge this ${path[0] === "W" ? "weight" : "bias"}`;
  tabulate(all, known, current);
  showNudge(all, reached);
  draw(svg, { ...all, known, current, path });
}

/** Go to another step. */
function go(where) {
  const next = { start: 0, back: done - 1, step: done + 1, all: END }[where];
  done = Math.max(0, Math.min(END, next));
  show(true);
}

/** Give a number of the network another value; a label lies between 0 and 1. */
function put(where, value) {
  const [least, most] = where[0] === "y" ? [0, 1] : [-LIMIT, LIMIT];
  network = net.written(network, where, Math.max(least, Math.min(most, value)));
  show();
}

/** Return the path from its name. */
function parsed(name) {
  const [kind, ...keys] = name.split(",");
  return [kind, ...keys.map(Number)];
}

/** Return the path that a slider moves. */
const pathOf = ({ dataset: { slide } }) => (slide === "chosen" ? path : parsed(slide));

/** Take the step whose change was predicted. */
function takeStep() {
  const before = net.loss(network);
  network = net.nudge(network, path, Number(find("[name=step]").value)).moved;
  show(true);
  status.innerHTML = `The loss went from ${number(before, 4)} to ${number(net.loss(network), 4)}.`;
}

/** Let an input or a line be dragged from side to side. */
function drag(down) {
  const hit = down.target.closest("[data-path]");
  if (!hit || down.button) return;
  const where = parsed(hit.dataset.path), from = net.read(network, where);
  if (where[0] !== "x") path = where;
  svg.setPointerCapture(down.pointerId);
  const end = Math.max(4, Math.abs(from)); // the slider's, or what was typed in
  svg.onpointermove = ({ clientX }) => {
    const value = from + Math.round((clientX - down.clientX) / 5) / 10;
    put(where, Math.max(-end, Math.min(end, +value.toFixed(6))));
  };
  svg.onpointerup = svg.onpointercancel = () => (svg.onpointermove = null);
  show();
}

/** Say in words which weight or bias a path leads to. */
function described([kind, l, k, m]) {
  if (kind === "b") return `b ${indices(l, k)}: bias of node ${k + 1}`;
  return `W ${l},${k + 1}${m + 1}: ${l === 1 ? "input" : "node"} ${k + 1} to node ${m + 1}`;
}

for (const l of net.layers(network)) {
  const group = document.createElement("optgroup");
  group.label = `Layer ${l}`;
  group.append(...parameters(network).filter((each) => each[1] === l).map((each) => new Option(described(each), each)));
  choice.append(group);
}
explorer.addEventListener("click", ({ target }) => {
  const { go: where, nudge } = target.closest("button")?.dataset ?? {};
  if (where && target.ariaDisabled !== "true") go(where);
  if (nudge === "") takeStep();
});
explorer.addEventListener("input", ({ target }) => {
  const slider = target.type === "number" ? target.previousElementSibling : target;
  if (target === choice) path = parsed(target.value);
  if (!slider.dataset.slide) show();
  else if (target.value) put(pathOf(slider), Number(target.value));
});
svg.addEventListener("pointerdown", drag);
new ResizeObserver(() => show()).observe(svg);
