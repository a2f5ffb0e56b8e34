// "Run this page": runs the cells of a chapter in place, in a worker that holds Python.
import { Cell, makeButton } from "./cell.js";
import { makeElement } from "./outputs.js";

const bar = document.querySelector(".run-bar");
const runButton = bar.querySelector("button");
const resetButton = makeButton("Reset", reset, { hidden: true });
const progress = makeElement("progress", { hidden: true, ariaLabel: "Python loaded" });
const amount = makeElement("span", { className: "run-note" });
const status = makeElement("span", { className: "run-note", role: "status" });
const STOPPED = "Stopped. The variables are gone; the next run restarts Python.";
let cells = [];
let sizes; // bytes to load, by package
let worker; // holds Python, from the first run until a stop
let running; // the cell that runs, or true while Python is loading
let proceed; // the function that lets the run go on after a wait

const runOrStop = () => (running ? stop(STOPPED) : run(() => cells, true));
Object.assign(runButton, { disabled: false, onclick: runOrStop });
runButton.after(resetButton);
bar.append(progress, amount, status);

/** Say what happens, to eyes and to screen readers. */
function say(...parts) {
  status.replaceChildren(...parts);
  progress.hidden = true;
  amount.textContent = "";
}

/** Return the packages to load at once; others come when a cell imports them. */
function packages() {
  const draws = cells.some((cell) => /\bmatplotlib\b|\bbpkit\.course\.figures\b/.test(cell.source));
  return draws ? ["bpkit", "matplotlib"] : ["bpkit"];
}

/** Show how much of Python has come, in megabytes. */
function showLoaded(bytes) {
  const whole = Math.max(bytes, packages().reduce((sum, name) => sum + sizes[name], 0));
  Object.assign(progress, { hidden: false, max: whole, value: bytes });
  amount.textContent = `${(bytes / 1e6).toFixed(1)} of ${(whole / 1e6).toFixed(1)} MB`;
}

/** Fetch a JSON file of the site. */
async function fetchJSON(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} is not there`);
  return answer.json();
}

/** Read the page's notebook, the very file that a reader downloads, and tie its cells to the page. */
async function readNotebook() {
  sizes = await fetchJSON(new URL("sizes.json", import.meta.url));
  const all = (await fetchJSON(bar.dataset.notebook)).cells;
  const code = all.filter((cell) => cell.cell_type === "code");
  const element = (cell) => document.getElementById(`cell-${all.indexOf(cell)}`);
  const runOne = (cell) => running || run(() => [cell], false);
  cells = code.map((cell, index) => new Cell(cell, index + 1, element(cell), runOne));
}

/** Wait until the worker says that it has finished a step. */
const stepDone = () => new Promise((resolve) => (proceed = resolve));

/** Start Python unless it is there. */
async function startPython() {
  if (!window.WebAssembly || !window.Worker) throw new Error("this browser lacks WebAssembly");
  if (!cells.length) await readNotebook();
  if (worker) return;
  worker = new Worker(new URL("worker.js", import.meta.url));
  worker.onmessage = ({ data }) => receive(data);
  worker.onerror = () => receive({ problem: "its program did not load" });
  worker.postMessage({ packages: packages() });
  showLoaded(0);
  await stepDone();
}

/** Receive a message of the worker: bytes loaded, an output, a failure, or the end of a step. */
function receive({ bytes, output, problem }) {
  if (problem) stop(cannotRun(problem));
  else if (output) running.addOutput(output);
  else if (!bytes) proceed();
  else if (running === true) showLoaded(bytes);
}

/** Say that Python cannot run, why, and what a reader can do instead. */
const cannotRun = (reason) => `Python cannot run here: ${reason}. You can try again, or download the notebook.`;

/** Run the cells chosen in order, until one fails; a fresh run has no variables left over. */
async function run(choose, fresh) {
  runButton.textContent = "Stop";
  running = true;
  say("Loading Python");
  try {
    await startPython();
  } catch (problem) {
    return stop(cannotRun(problem.message));
  }
  resetButton.hidden = false;
  if (fresh) forgetRuns();
  for (const cell of choose()) {
    say(`Running cell ${cell.nth} of ${cells.length}`);
    running = cell;
    cell.begin();
    worker.postMessage({ cell: cell.nth, source: cell.source, fresh: fresh && cell === cells[0] });
    await stepDone();
    cell.finish();
    if (cell.failed) return end(...failure(cell));
  }
  end(summary(choose()));
}

/** Mark every cell as one that has not run. */
const forgetRuns = () => cells.forEach((cell) => (cell.ran = false));

/** Say which cell failed, and why that may be. */
function failure({ nth, element, error }) {
  const notRun = error.ename === "NameError" && cells.slice(0, nth - 1).some((cell) => !cell.ran);
  const link = makeElement("a", { href: `#${element?.id ?? ""}`, textContent: `Cell ${nth}` });
  return [link, ` failed: ${error.ename}. ${notRun ? "It may need the cells above, which have not run." : ""}`];
}

/** Say how the outputs of the cells that ran compare with the page's. */
function summary(some) {
  const comparisons = some.map((cell) => cell.comparison);
  const count = (kind) => comparisons.filter((each) => each === kind).length;
  const counts = [...new Set(comparisons)].map((kind) => `${count(kind)} ${kind}`);
  if (some.length === 1) return `Cell ${some[0].nth} ran: ${comparisons}.`;
  return `All ${some.length} cells ran: ${counts.join(", ")}.`;
}

/** End a run and say how. */
function end(...parts) {
  running = undefined;
  runButton.textContent = "Run this page";
  say(...parts);
}

/** End the worker, and with it whatever runs. */
function stop(text) {
  worker?.terminate();
  worker = undefined;
  running?.finish?.("stopped");
  forgetRuns();
  end(text);
}

/** Put back the page's own code and outputs; Python and its variables stay. */
function reset() {
  cells.forEach((cell) => cell.reset());
  say("The page shows its own code and outputs again.");
}
