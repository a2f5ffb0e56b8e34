// "Run this page": runs the cells of a chapter in place, in a worker that holds Python.
import { Cell, makeButton } from "./cell.js";
import { joinLines, makeElement } from "./outputs.js";

const bar = document.querySelector(".run-bar");
const runButton = bar.querySelector("button");
const startOverButton = makeButton("Start over", keptWork.startOver, { hidden: true });
const progress = makeElement("progress", { hidden: true, ariaLabel: "Python loaded" });
const amount = makeElement("span", { className: "run-note" });
const status = makeElement("span", { className: "run-note", role: "status" });
const keptNote = makeElement("span", { className: "run-note" });
const STOPPED = "Stopped. The variables are gone; the next run restarts Python.";
let cells = [];
let reading; // promises the cells
let sizes; // bytes to load, by package
let worker; // holds Python, from the first run until a stop
let running; // the cell that runs, or true while Python is loading
let proceed; // the function that lets the run go on after a wait

const runOrStop = () => (running ? stop(STOPPED) : run(() => cells, true));
Object.assign(runButton, { disabled: false, onclick: runOrStop });
runButton.after(startOverButton);
bar.append(progress, amount, status, keptNote);
addEventListener("keptwork", showKept);
addEventListener("startover", reset);
if (keptWork.keys("edit").length) restoreEdits();

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
  const { cells: all } = await fetchJSON(bar.dataset.notebook);
  const code = all.filter((cell) => cell.cell_type === "code");
  const sources = code.map((cell) => joinLines(cell.source));
  const earlier = (index) => sources.slice(0, index).filter((source) => source === sources[index]).length;
  const key = (index) => keptWork.key("edit", `${earlier(index)} ${sources[index]}`);
  const runOne = (cell) => running || run(() => [cell], false);
  cells = code.map((cell, index) => new Cell(cell, index + 1, document.getElementById(cell.id), key(index), runOne));
  showEarlierEdits();
}

/** Read the notebook once; after a failure, again. */
function notebookRead() {
  reading ??= readNotebook().catch((problem) => {
    reading = undefined;
    throw problem;
  });
  return reading;
}

/** Put back the edits that were kept, before Python is asked for. */
async function restoreEdits() {
  showKept();
  await notebookRead().catch((problem) => say(`Your edits are kept, but cannot be shown now: ${problem.message}.`));
}

/** Show the edits whose cells have changed since, for the reader to copy; they are not put back. */
function showEarlierEdits() {
  const keys = keptWork.keys("edit").filter((key) => !cells.some((cell) => cell.editor && cell.key === key));
  if (!keys.length) return;
  const code = keys.map((key) => makeElement("pre", { tabIndex: 0, textContent: keptWork.get(key) }));
  const summary = makeElement("summary", { textContent: "Your edits of an earlier version of this page" });
  const forget = makeButton("Forget them", () => {
    if (!confirm("Forget your edits of an earlier version of this page?")) return;
    for (const key of keys) keptWork.keep(key, null);
    box.remove();
  });
  const box = makeElement("details", { className: "run-earlier" }, summary, ...code, forget);
  addEventListener("startover", () => box.remove());
  bar.after(box);
}

/** Say that edits are kept, and let the reader start over. */
function showKept() {
  const edits = keptWork.keys("edit").length;
  keptNote.textContent = edits ? `Your edits are ${keptWork.where()}` : "";
  if (edits) startOverButton.hidden = false;
}

/** Wait until the worker says that it has finished a step. */
const stepDone = () => new Promise((resolve) => (proceed = resolve));

/** Start Python unless it is there. */
async function startPython() {
  if (!window.WebAssembly || !window.Worker) throw new Error("this browser lacks WebAssembly");
  await notebookRead();
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
  startOverButton.hidden = false;
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
