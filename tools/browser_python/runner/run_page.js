// "Run this page": runs the cells of a chapter in place, in a worker that holds Python.
import { button, Cell } from "./cell.js";
import { make } from "./outputs.js";

const bar = document.querySelector(".live-bar");
const start = bar.querySelector("button");
const restore = button("Reset", reset, { hidden: true });
const progress = make("progress", { hidden: true, ariaLabel: "Python loaded" });
const amount = make("span", { className: "live-note" });
const status = make("span", { className: "live-note", role: "status" });
const STOPPED = "Stopped. The variables are gone; the next run starts Python anew.";
let cells = [];
let sizes; // bytes to load, by package
let worker; // holds Python, from the first run until a stop
let running; // the cell that runs, or true while Python is loading
let proceed; // the function that lets the run go on after a wait

Object.assign(start, { disabled: false, onclick: () => (running ? stop(STOPPED) : run(() => cells, true)) });
start.after(restore);
bar.append(progress, amount, status);

/** Say what happens, to eyes and to screen readers. */
function say(...parts) {
  status.replaceChildren(...parts);
  progress.hidden = true;
  amount.textContent = "";
}

/** Return the packages to load at once; others come when a cell imports them. */
function packages() {
  const draws = cells.some((cell) => /\bmatplotlib\b|\bbpkit\.figures\b/.test(cell.source));
  return draws ? ["bpkit", "matplotlib"] : ["bpkit"];
}

/** Show how much of Python has come, in megabytes. */
function showLoaded(bytes) {
  const whole = Math.max(bytes, packages().reduce((sum, name) => sum + sizes[name], 0));
  Object.assign(progress, { hidden: false, max: whole, value: bytes });
  amount.textContent = `${(bytes / 1e6).toFixed(1)} of ${(whole / 1e6).toFixed(1)} MB`;
}

/** Fetch a JSON file of the site. */
async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} is not there`);
  return answer.json();
}

/** Read the page's notebook, the very file that a reader downloads, and tie its cells to the page. */
async function readNotebook() {
  sizes = await read(new URL("sizes.json", import.meta.url));
  const all = (await read(bar.dataset.notebook)).cells;
  const code = all.filter((cell) => cell.cell_type === "code");
  const element = (cell) => document.getElementById(`cell-${all.indexOf(cell)}`);
  const runOne = (cell) => running || run(() => [cell], false);
  cells = code.map((cell, index) => new Cell(cell, index + 1, element(cell), runOne));
}

/** Wait until the worker says that it is done with something. */
const done = () => new Promise((resolve) => (proceed = resolve));

/** Start Python unless it is there. */
async function prepare() {
  if (!window.WebAssembly || !window.Worker) throw new Error("this browser lacks WebAssembly");
  if (!cells.length) await readNotebook();
  if (worker) return;
  worker = new Worker(new URL("worker.js", import.meta.url));
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = () => hear({ problem: "its program did not load" });
  worker.postMessage({ packages: packages() });
  showLoaded(0);
  await done();
}

/** Take a message of the worker: bytes loaded, an output, a failure, or the end of a step. */
function hear({ bytes, output, problem }) {
  if (problem) stop(unable(problem));
  else if (output) running.take(output);
  else if (!bytes) proceed();
  else if (running === true) showLoaded(bytes);
}

/** Say that Python cannot run, why, and what a reader can do instead. */
const unable = (reason) => `Python cannot run here: ${reason}. You can try again, or download the notebook.`;

/** Run the cells chosen in order, until one fails; a fresh run has no variables left over. */
async function run(choose, fresh) {
  start.textContent = "Stop";
  running = true;
  say("Loading Python");
  try {
    await prepare();
  } catch (problem) {
    return stop(unable(problem.message));
  }
  restore.hidden = false;
  if (fresh) forget();
  for (const cell of choose()) {
    say(`Running cell ${cell.nth} of ${cells.length}`);
    running = cell;
    cell.begin();
    worker.postMessage({ cell: cell.nth, source: cell.source, fresh: fresh && cell === cells[0] });
    await done();
    cell.finish();
    if (cell.failed) return end(...failure(cell));
  }
  end(summary(choose()));
}

/** Remember of no cell that it ran. */
const forget = () => cells.forEach((cell) => (cell.ran = false));

/** Say which cell failed, and why that may be. */
function failure({ nth, element, error }) {
  const unrun = error.ename === "NameError" && cells.slice(0, nth - 1).some((cell) => !cell.ran);
  const link = make("a", { href: `#${element?.id ?? ""}`, textContent: `Cell ${nth}` });
  return [link, ` failed: ${error.ename}. ${unrun ? "It may need the cells above, which have not run." : ""}`];
}

/** Say what came of the cells that ran. */
function summary(some) {
  const found = some.map((cell) => cell.judgement);
  const kinds = [...new Set(found)];
  const counts = kinds.map((kind) => `${found.filter((each) => each === kind).length} ${kind}`);
  return some.length === 1 ? `Cell ${some[0].nth} ran: ${found}.` : `All ${some.length} cells ran: ${counts.join(", ")}.`;
}

/** End a run and say how. */
function end(...parts) {
  running = undefined;
  start.textContent = "Run this page";
  say(...parts);
}

/** End the worker, and with it whatever runs. */
function stop(text) {
  worker?.terminate();
  worker = undefined;
  running?.finish?.("stopped");
  forget();
  end(text);
}

/** Put back the page's own code and outputs; Python and its variables stay. */
function reset() {
  cells.forEach((cell) => cell.reset());
  say("The page shows its own code and outputs again.");
}
