// The drawing: a circle a node, a line a weight, as wide as its gradient; negative lines are broken.
import { indices, plain, short, STEPS } from "./formulas.js";
import { read } from "./network.js";

const STUB = 28, HEIGHT = 340;
const SIZES = [3, 2, 2, 1];
let radius; // of a node: smaller on a phone

/** Place node m of layer l in a drawing of some width. */
function place(width, l, m) {
  const edge = radius + 8, gap = SIZES[l] === 3 ? 112 : 140;
  return [edge + (l * (width - 2 * edge)) / 3, HEIGHT / 2 - 8 + (m - (SIZES[l] - 1) / 2) * gap];
}

/** Write a letter with indices into a drawing. */
const letter = (name, below) =>
  `<tspan class="explorer-letter">${name}</tspan><tspan class="explorer-index" dy="3">${below}</tspan>`;
const text = (x, y, inside, kind = "") => `<text x="${x}" y="${y}" class="${kind}">${inside}</text>`;
const sign = (value) => (value < 0 ? "less" : value > 0 ? "more" : "none");

/** Tell how a line looks: thin and grey until its gradient is known. */
function look(gradient, known) {
  const width = known ? 1 + 9 * Math.min(1, Math.abs(gradient)) ** 0.6 : 1.5;
  return `class="explorer-line ${known ? sign(gradient) : "unknown"}" stroke-width="${width.toFixed(2)}"`;
}

/** Draw the line of a weight or a bias: a halo if it is chosen, itself, and a wide one to be hit. */
function line(path, [x1, y1], [x2, y2], state) {
  const ends = `x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"`, [kind, l, k, m = k] = path;
  const chosen = String(path) === String(state.path), now = state.current;
  const plays = !now || (now.kind === "forward" && now.l === l && now.m === m)
    || (now.kind === "back" && (now.l === l && now.m === m || now.l === l - 1 && kind === "W" && now.m === k));
  const halo = chosen ? `<line ${ends} class="explorer-halo"/>` : "";
  return `<g class="explorer-edge${plays || chosen ? "" : " aside"}" data-path="${path}">${halo}`
    + `<line ${ends} ${look(read(state.gradient, path), state.known("back", l, m))}/><line ${ends} class="explorer-hit"/>`
    + (kind === "b" ? `<circle cx="${x1}" cy="${y1}" r="9"/>${text(x1, y1 + 5, '<tspan class="explorer-letter">b</tspan>')}` : "") + "</g>";
}

/** Write the number of a weight on its line, where it is chosen or takes part in the step. */
function label(path, from, to, { network, path: chosen, current: now }) {
  const [kind, l, k, m] = path;
  const forward = now?.kind === "forward" && now.l === l && now.m === m;
  const back = now?.kind === "back" && now.l === l - 1 && now.m === k;
  if (kind === "b" || !(forward || back || String(path) === String(chosen))) return "";
  const t = back ? 0.55 : 0.42, [x, y] = from.map((start, n) => start + t * (to[n] - start));
  const value = plain(read(network, path));
  const half = 5 + 3.6 * value.length;
  return `<g class="explorer-label"><rect x="${x - half}" y="${y - 10}" width="${2 * half}" height="20" rx="10"/>`
    + `${text(x, y + 4.5, value)}</g>`;
}

/** Draw a node: its name, its activation, and below it its delta, each once it is known. */
function node(l, m, [x, y], { h, delta, known, current: now }) {
  const current = now?.l === l && now.m === m ? " now" : "", input = l === 0;
  const name = input ? letter("x", m + 1) : letter("h", indices(l, m));
  const value = input || known("forward", l, m) ? short(h[l][m]) : "";
  const back = !input && known("back", l, m);
  const d = back ? text(x, y + radius + 17, `<tspan class="explorer-letter">δ</tspan> ${short(delta[l][m])}`,
    `explorer-delta ${sign(delta[l][m])}`) : input ? text(x, y + radius + 14, "↔", "explorer-name") : "";
  return `<g class="explorer-node${current}${input ? " input" : ""}"${input ? ` data-path="x,${m}"` : ""}>`
    + `<circle cx="${x}" cy="${y}" r="${radius}"/>${text(x, y - 7, name, "explorer-name")}`
    + `${text(x, y + 13, value, "explorer-value")}${d}</g>`;
}

/** Draw the loss below the output. */
function drawLoss([x, y], { network, loss, known, current }) {
  const top = y + radius + 50, now = current?.kind === "loss" ? " now" : "";
  return `<g class="explorer-node loss${now}"><line x1="${x}" y1="${y + radius + 24}" x2="${x}" y2="${top}"/>`
    + `<rect x="${x - radius - 4}" y="${top}" width="${2 * radius + 8}" height="46" rx="10"/>`
    + text(x, top + 18, `<tspan class="explorer-letter">y</tspan> = ${plain(network.y)}`, "explorer-name")
    + text(x, top + 37, known("loss", 4, 0) ? `<tspan class="explorer-letter">L</tspan> ${short(loss)}` : "", "explorer-value")
    + "</g>";
}

/** Return the paths of all weights and biases, layer by layer. */
export function parameters({ W, b }) {
  return Object.keys(W).map(Number).flatMap((l) => [
    ...W[l].flatMap((row, k) => row.map((_, m) => ["W", l, k, m])), ...b[l].map((_, m) => ["b", l, m])]);
}

/** Draw the network into an SVG as wide as it is on the page. */
export function draw(svg, state) {
  const width = svg.clientWidth, at = (l, m) => place(width, l, m);
  radius = width < 480 ? 23 : 27;
  const ends = (path) => {
    const [kind, l, k, m] = path;
    if (kind === "W") return [at(l - 1, k), at(l, m)];
    const [x, y] = at(l, k);
    return [[x, y - radius - STUB], [x, y - radius]];
  };
  const all = parameters(state.network);
  const nodes = SIZES.flatMap((size, l) => [...Array(size).keys()].map((m) => node(l, m, at(l, m), state)));
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.innerHTML = [
    ...all.map((path) => line(path, ...ends(path), state)), drawLoss(at(3, 0), state), ...nodes,
    ...all.map((path) => label(path, ...ends(path), state)),
  ].join("");
}

/** Tell, after so many steps, whether one of them has given a quantity of a node. */
export const knownAfter = (done) => (kind, l, m) =>
  STEPS.findIndex((step) => step.kind === kind && step.l === l && step.m === m) < done;
