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
  const kinds = Object.keys(data).sort();
  if (kinds.some((kind) => kind.startsWith("image/"))) return [type, "image"];
  return [type, ...kinds.map((kind) => kind + joined(data[kind]))];
}

/** Say whether there is a figure among outputs. */
export const hasFigure = (outputs) => outputs.some((output) => content(output)[1] === "image");

/** Say whether two lists of outputs say the same; figures are not looked into. */
export const agree = (some, others) =>
  JSON.stringify(some.map(content)) === JSON.stringify(others.map(content));

/** Draw text in the theme's own boxes. */
const printed = (kind, text) =>
  make("div", { className: `output ${kind} notranslate` },
    make("div", { className: "highlight" }, make("pre", { tabIndex: 0, textContent: text })));

/** Draw an error: its message, and where it happened for those who ask. */
function drawError({ ename, evalue, traceback }) {
  const box = printed("traceback", evalue ? `${ename}: ${evalue}` : ename);
  const where = make("pre", { tabIndex: 0, textContent: joined(traceback) });
  box.append(make("details", {}, make("summary", { textContent: "Where" }), where));
  return box;
}

/** Draw a figure in the place and with the caption of the stored one, if there was one. */
function drawFigure(src, stored, edited) {
  const figure = stored?.cloneNode(true) ?? make("img");
  const image = figure.matches("img") ? figure : figure.querySelector("img");
  const alt = (!edited && image.alt) || "Figure drawn by this cell";
  Object.assign(image, { src, alt }).removeAttribute("srcset");
  return figure;
}

/** Draw Markdown plainly: its text as it stands, its formulas set. */
function drawMarkdown(text) {
  const pieces = text.split(/\$+([^$\n]+)\$+/).map((piece, index) => index % 2
    ? make("span", { className: "math mathjax_process", textContent: `\\(${piece}\\)` }) : piece);
  const box = make("div", { className: "output live-markdown" }, ...pieces);
  if (pieces.length > 1) typeset(box);
  return box;
}

/** Set the formulas of a box with the MathJax that the site serves, loaded when first needed. */
async function typeset(box) {
  if (!window.MathJax?.typesetPromise) {
    window.MathJax ??= { startup: { typeset: false }, options: { enableMenu: false } };
    const src = new URL("../_static/mathjax/tex-chtml.js", import.meta.url);
    await new Promise((onload) => document.head.append(make("script", { src, onload })));
    await window.MathJax.startup.promise;
  }
  await window.MathJax.typesetPromise([box]);
}

/** Draw an output in its richest form; `figures` are the stored ones still to be replaced. */
export function draw(output, figures, edited) {
  const { output_type: type, name, text, data = {} } = output;
  const svg = data["image/svg+xml"] && `data:image/svg+xml,${encodeURIComponent(data["image/svg+xml"])}`;
  const png = data["image/png"] && `data:image/png;base64,${data["image/png"].trim()}`;
  const html = data["text/html"];
  const markdown = data["text/markdown"] ?? data["text/latex"];
  if (type === "error") return drawError(output);
  if (type === "stream") return printed(`stream ${name}`, text);
  if (svg ?? png) return drawFigure(svg ?? png, figures.shift(), edited);
  if (html) return make("div", { className: "output text_html", innerHTML: html });
  return markdown ? drawMarkdown(markdown) : printed("text_plain", data["text/plain"]);
}
