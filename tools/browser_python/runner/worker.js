// Runs Python beside the page, in a worker, so that the page stays quick and Python can be stopped.
importScripts("pyodide/pyodide.js");

const fetchAsEver = self.fetch;
let bytes = 0;
let told = 0;

/** Fetch as ever, and tell the page now and then how many bytes have come. */
self.fetch = async (...request) => {
  const response = await fetchAsEver(...request);
  if (!response.ok || !response.body) return response;
  const counter = new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (performance.now() > told + 100) {
        told = performance.now();
        postMessage({ bytes });
      }
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counter), { status, statusText, headers });
};

/** Load Python, the packages named and the part of the runner that is written in Python. */
async function load(packages) {
  const source = fetchAsEver("python_session.py").then((response) => response.text());
  const indexURL = new URL("pyodide/", self.location).href;
  const pyodide = await loadPyodide({ indexURL, packages });
  pyodide.FS.writeFile("python_session.py", await source);
  const kernel = pyodide.pyimport("python_session");
  kernel.connect();
  kernel.prepare();
  postMessage({ ready: true });
  return { pyodide, kernel };
}

/** Run one cell, after loading the packages that it imports, and post each of its outputs. */
async function run({ pyodide, kernel }, { cell, source, fresh }) {
  if (fresh) kernel.prepare();
  const quiet = { messageCallback: () => {}, errorCallback: () => {} };
  await pyodide.loadPackagesFromImports(kernel.plain(source), quiet).catch(() => {});
  kernel.connect();
  kernel.run(source, `<cell ${cell}>`, (output) => {
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
