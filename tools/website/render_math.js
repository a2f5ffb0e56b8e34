// Sets formulas with MathJax: node render_math.js MATHJAX_FOLDER FONT_ADDRESS < formulas > results
//
// Reads one JSON object a line, {tex, display}, and writes one a line: {html, width}, the width
// in em, or {error}. The last line is {css}, the style sheet of all that was set.

const [folder, fontURL] = process.argv.slice(2);

global.MathJax = {
  loader: {
    paths: { mathjax: folder },
    load: [
      "adaptors/liteDOM", "input/tex-base", "[tex]/ams", "[tex]/boldsymbol",
      "output/chtml", "a11y/assistive-mml",
    ],
    require,
  },
  tex: {
    packages: ["base", "ams", "boldsymbol"],  // without those that show an unknown command in red
    formatError: (_input, error) => { throw error; },
  },
  chtml: { fontURL },
  startup: { typeset: false },
};
require(`${folder}/startup.js`);

/** Sets one formula: its HTML, with MathML for screen readers inside, and its width in em. */
function set({ tex, display }) {
  const { document, adaptor } = MathJax.startup;
  const item = new document.options.MathItem(tex, document.inputJax[0], display);
  item.start.node = adaptor.body(document.document);
  item.setMetrics(16, 8, 1280, 1e6, 1);
  try {
    item.convert(document);
  } catch (error) {
    return { error: error.message };
  }
  const { w } = document.outputJax.getBBox(item, document);
  return { html: adaptor.outerHTML(item.typesetRoot), width: w };
}

/** Answers every line of the standard input, then gives the style sheet. */
async function answer() {
  await MathJax.startup.promise;
  const lines = require("node:fs").readFileSync(0, "utf-8").split("\n").filter(Boolean);
  const results = lines.map((line) => set(JSON.parse(line)));
  const css = MathJax.startup.adaptor.textContent(MathJax.chtmlStylesheet());
  process.stdout.write([...results, { css }].map((result) => JSON.stringify(result)).join("\n"));
}

answer();
