// What a cell shows: outputs as notebooks store them, compared and drawn.

/** Make an element with properties and children. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Return the text of a notebook's field, which may be a list of lines. */
export const joined = (lines) => [lines ?? ""].flat().join("");

/** Return what an output says, by kind: of a figure only that there is one. */
function content({ output_type: type, name, text, ename, evalue, data = {} }) {
  if (type === "stream") return [name, joined(text)];
  if (type === "error") return [type, ename, evalue];
  const picture = Object.keys(data).find((kind) => kind.startsWith("image/"));
  return picture ? [type, "image"] : [type, ...Object.keys(data).sort().map((kind) => kind + joined(data[kind]))];
}

/** Say whether two lists of outputs say the same; figures are not looked into. */
export const agree = (some, others) =>
  JSON.stringify(some.map(content)) === JSON.stringify(others.map(content));

/** Say whether there is a figure among outputs. */
export const hasFigure = (outputs) => outputs.some((output) => content(output)[1] === "image");

/** Draw printed text in the theme's own boxes. */
const printed = (kind, text) =>
  make("div", { className: `output ${kind} notranslate` },
    make("div", { className: "highlight" }, make("pre", { tabIndex: 0, textContent: text })));

/** Draw an error: its message, and where it happened for those who ask. */
function drawError({ ename, evalue, traceback }) {
  const box = printed("traceback", evalue ? `${ename}: ${evalue}` : ename);
  const where = make("details", { className: "live-where" }, make("summary", { textContent: "Where" }));
  where.append(make("pre", { tabIndex: 0, textContent: joined(traceback) }));
  box.append(where);
  return box;
}

/** Draw a figure in the place and with the caption of the stored one, if there was one. */
function drawFigure(source, old, edited) {
  const figure = old?.cloneNode(true) ?? make("img");
  const image = figure.matches("img") ? figure : figure.querySelector("img");
  const alt = edited || !image.alt ? "Figure drawn by this cell" : image.alt;
  image.removeAttribute("srcset");
  return Object.assign(image, { src: source, alt }) && figure;
}

/** Draw Markdown plainly: its text as it stands, its formulas set. */
function drawMarkdown(text) {
  const pieces = text.split(/\$([^$\n]+)\$/);
  const drawn = pieces.map((piece, index) =>
    index % 2 ? make("span", { className: "math mathjax_process", textContent: `\\(${piece}\\)` }) : piece);
  const box = make("div", { className: "output live-markdown" }, ...drawn);
  if (pieces.length > 1) typeset(box);
  return box;
}

/** Set the formulas of a box with the MathJax that the site serves, loaded when first needed. */
async function typeset(box) {
  if (!window.MathJax?.typesetPromise) {
    window.MathJax ??= { startup: { typeset: false }, options: { enableMenu: false } };
    const src = new URL("../_static/mathjax/tex-chtml.js", import.meta.url);
    const script = make("script", { src });
    await new Promise((resolve) => document.head.append(Object.assign(script, { onload: resolve })));
    await window.MathJax.startup.promise;
  }
  await window.MathJax.typesetPromise([box]);
}

/** Draw one output; `figures` are the stored ones still to be replaced. */
export function draw(output, figures, edited) {
  const { output_type: type, name, text, data } = output;
  if (type === "stream") return printed(name === "stderr" ? "stream stderr" : "stream", text);
  if (type === "error") return drawError(output);
  if (data["image/svg+xml"]) {
    const svg = encodeURIComponent(data["image/svg+xml"]);
    return drawFigure(`data:image/svg+xml,${svg}`, figures.shift(), edited);
  }
  if (data["image/png"]) return drawFigure(`data:image/png;base64,${data["image/png"].trim()}`, figures.shift(), edited);
  if (data["text/html"]) return make("div", { className: "output text_html", innerHTML: data["text/html"] });
  if (data["text/markdown"]) return drawMarkdown(data["text/markdown"]);
  if (data["text/latex"]) return drawMarkdown(data["text/latex"].replace(/^\$\$?|\$?\$$/g, "$"));
  return printed("text_plain", data["text/plain"]);
}
