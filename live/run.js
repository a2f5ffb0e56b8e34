// "Run this page": runs the cells of a chapter in place, in a worker that holds Python.
import { button, Cell } from "./cell.js";
import { make } from "./outputs.js";

const bar = document.querySelector(".live-bar");
const start = button("Run this page", () => (running ? stop("Stopped. The variables are gone; the next run starts Python anew.") : runPage()));
const restore = button("Reset", () => reset(), { hidden: true });
const progress = make("progress", { hidden: true, ariaLabel: "Python loaded" });
const amount = make("span", { className: "live-amount" });
const status = make("span", { className: "live-status", role: "status" });
let cells = [];
let sizes; // bytes to load, by package
let worker; // holds Python, from the first run until a stop
let running; // the cell that runs, or true while Python is loading
let go; // the function that lets the run go on after a wait

bar.prepend(start, restore);
bar.append(progress, amount, status);

/** Say what happens, to eyes and to screen readers. */
function say(...parts) {
  status.replaceChildren(...parts);
  progress.hidden = true;
  amount.textContent = "";
}

/** Show how much of Python has come, in megabytes. */
function showLoaded(bytes) {
  const whole = Math.max(bytes, packages().reduce((sum, name) => sum + sizes[name], 0));
  Object.assign(progress, { hidden: false, max: whole, value: bytes });
  amount.textContent = `${(bytes / 1e6).toFixed(1)} of ${(whole / 1e6).toFixed(1)} MB`;
}

/** Return the packages to load at once; others come when a cell imports them. */
function packages() {
  const draws = cells.some((cell) => /\bmatplotlib\b|\bbpkit\.figures\b/.test(cell.source));
  return draws ? ["bpkit", "matplotlib"] : ["bpkit"];
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
  const notebook = await read(bar.dataset.notebook);
  const numbered = notebook.cells.map((cell, index) => [cell, document.getElementById(`cell-${index}`)]);
  const code = numbered.filter(([cell]) => cell.cell_type === "code");
  cells = code.map(([cell, element], index) => new Cell(cell, index + 1, element, runOne));
}

/** Wait until the worker says that it is done with something. */
const done = () => new Promise((resolve) => (go = resolve));

/** Start Python unless it is there. */
async function prepare() {
  if (typeof WebAssembly !== "object" || typeof Worker !== "function") {
    throw new Error("this browser lacks WebAssembly or web workers");
  }
  if (!cells.length) await readNotebook();
  if (worker) return;
  worker = new Worker(new URL("worker.js", import.meta.url));
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = () => hear({ problem: "its program did not load" });
  worker.postMessage({ packages: packages() });
  showLoaded(0);
  await done();
}

/** Take a message of the worker: bytes loaded, an output, the end of a step, or a failure. */
function hear({ bytes, output, problem }) {
  if (problem) stop(unable(problem));
  else if (bytes) running === true && showLoaded(bytes);
  else if (output) running.take(output);
  else go();
}

/** Say that Python cannot run, why, and what a reader can do instead. */
const unable = (reason) => `Python cannot run here: ${reason}. Try again, or download the notebook with the button above.`;

/** Run cells in order; the first that fails ends it. */
async function run(choose, fresh) {
  Object.assign(start, { textContent: "Stop" });
  running = true;
  say("Loading Python ");
  try {
    await prepare();
  } catch (problem) {
    return stop(unable(problem.message));
  }
  restore.hidden = false;
  if (fresh) cells.forEach((cell) => (cell.ran = false));
  for (const [index, cell] of choose().entries()) {
    say(`Running cell ${cell.nth} of ${cells.length}`);
    running = cell;
    cell.begin();
    worker.postMessage({ cell: cell.nth, source: cell.source, fresh: fresh && index === 0 });
    await done();
    cell.finish();
    cell.ran = true;
    if (!cell.fine) return end(...failure(cell));
  }
  end(summary(choose()));
}

/** Run the whole page, with no variables left over. */
const runPage = () => run(() => cells, true);

/** Run one cell, unless another runs. */
const runOne = (cell) => running || run(() => [cell], false);

/** Say which cell failed, and why that may be. */
function failure(cell) {
  const unrun = cells.slice(0, cell.nth - 1).some((before) => !before.ran);
  const link = make("a", { href: `#${cell.element?.id ?? ""}`, textContent: `Cell ${cell.nth}` });
  const hint = cell.error.ename === "NameError" && unrun ? " It may need the cells above, which have not run." : "";
  return [link, ` failed: ${cell.error.ename}.${hint}`];
}

/** Say what came of the cells that ran. */
function summary(some) {
  if (some.length === 1) return `Cell ${some[0].nth} ran: ${some[0].judgement()}.`;
  const counts = {};
  for (const cell of some) counts[cell.judgement()] = 1 + (counts[cell.judgement()] ?? 0);
  const parts = Object.entries(counts).map(([what, number]) => `${number} ${what}`);
  return `All ${some.length} cells ran: ${parts.join(", ")}.`;
}

/** End a run and say how. */
function end(...parts) {
  running = undefined;
  start.textContent = "Run this page";
  say(...parts);
}

/** End the worker, and with it whatever runs. */
function stop(...parts) {
  worker?.terminate();
  worker = undefined;
  cells.forEach((cell) => (cell.ran = false));
  running?.finish?.("stopped");
  end(...parts);
}

/** Put back the page's own code and outputs; Python and its variables stay. */
function reset() {
  cells.forEach((cell) => cell.reset());
  say("The page shows its own code and outputs again.");
}
