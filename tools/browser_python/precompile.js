// Compile the packages of a folder by the Pyodide that is in it: node precompile.js FOLDER
const { readFileSync, readdirSync } = require("node:fs");
const { join, resolve } = require("node:path");

const folder = resolve(process.argv[2]);
const { loadPyodide } = require(join(folder, "pyodide.js"));

async function main() {
  const pyodide = await loadPyodide({ indexURL: folder });
  pyodide.FS.mkdir("/packages");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/packages");
  pyodide.FS.writeFile("precompile.py", readFileSync(join(__dirname, "precompile.py")));
  const { compile_archive } = pyodide.pyimport("precompile");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".whl"))) {
    // of bpkit a reader may want to see the source
    compile_archive.callKwargs(`/packages/${name}`, { keep_sources: name.startsWith("bpkit-") });
  }
  compile_archive("/packages/python_stdlib.zip", "/lib/python312.zip");
}

main();
