// Compile the packages of a folder by the Pyodide that is in it: node precompile.js FOLDER
const { readFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const folder = resolve(process.argv[2]);
const { loadPyodide } = require(join(folder, "pyodide.js"));

async function main() {
  const pyodide = await loadPyodide({ indexURL: folder });
  pyodide.FS.mkdir("/packages");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/packages");
  pyodide.FS.writeFile("precompile.py", readFileSync(join(__dirname, "precompile.py")));
  pyodide.pyimport("precompile").compile_packages("/packages");
}

main();
