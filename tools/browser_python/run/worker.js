// Runs Python next to the page, in a worker, so that the page stays quick and Python can be stopped.
importScripts("pyodide/pyodide.js");

const originalFetch = self.fetch;
let bytes = 0;
let reported = 0;

/** Fetch as usual, and tell the page now and then how many bytes have come. */
self.fetch = async (...request) => {
  const response = await originalFetch(...request);
  if (!response.ok || !response.body) return response;
  const counter = new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (performance.now() > reported + 100) {
        reported = performance.now();
        postMessage({ bytes });
      }
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
};

/** Load Python, the packages named and the session that runs the cells. */
async function load(packages) {
  const source = originalFetch("python_session.py").then((response) => response.text());
  const indexURL = new URL("pyodide/", self.location).href;
  const pyodide = await loadPyodide({ indexURL, packages });
  pyodide.FS.writeFile("python_session.py", await source);
  const session = pyodide.pyimport("python_session");
  session.connect_packages();
  session.reset_variables();
  postMessage({ ready: true });
  return { pyodide, session };
}

/** Run one cell, after loading the packages that it imports, and post each of its outputs. */
async function run({ pyodide, session }, { cell, source, fresh }) {
  if (fresh) session.reset_variables();
  const quiet = { messageCallback: () => {}, errorCallback: () => {} };
  await pyodide.loadPackagesFromImports(session.without_magics(source), quiet).catch(() => {});
  session.connect_packages();
  session.run_cell(source, `<cell ${cell}>`, (output) => {
    postMessage({ cell, output: output.toJs({ dict_converter: Object.fromEntries }) });
  });
  postMessage({ cell, done: true });
}

let ready;
/** The first message names packages to load, each further one a cell to run after those before. */
self.onmessage = ({ data }) => {
  ready = ready
    ? ready.then((python) => run(python, data).then(() => python))
    : load(data.packages);
  ready.catch((problem) => postMessage({ problem: String(problem.message ?? problem) }));
};
