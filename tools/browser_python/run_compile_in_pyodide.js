// Compile the packages of a folder by the Pyodide that is in it: node run_compile_in_pyodide.js FOLDER
const { readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const folder = resolve(process.argv[2]);
const { loadPyodide } = require(join(folder, "pyodide.js"));

async function main() {
  const pyodide = await loadPyodide({ indexURL: folder });
  pyodide.FS.mkdir("/packages");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/packages");
  pyodide.FS.writeFile("compile_packages.py", readFileSync(join(__dirname, "compile_packages.py")));
  pyodide.pyimport("compile_packages").compile_all("/packages");
}

main();
