// What a cell shows: outputs as notebooks store them, compared and turned into elements.

/** Make an element with properties and children. */
export function makeElement(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Return the text of a notebook's field, which may be a list of lines. */
export const joinLines = (lines) => [lines ?? ""].flat().join("");

/** Return what is compared of an output: of a figure only that there is one. */
function comparable({ output_type: type, name, text, ename, evalue, data = {} }) {
  if (type === "stream") return [name, joinLines(text)];
  if (type === "error") return [type, ename, evalue];
  const mimeTypes = Object.keys(data).sort();
  if (mimeTypes.some((mimeType) => mimeType.startsWith("image/"))) return [type, "image"];
  return [type, ...mimeTypes.map((mimeType) => mimeType + joinLines(data[mimeType]))];
}

/** Say whether there is a figure among outputs. */
export const hasFigure = (outputs) => outputs.some((output) => comparable(output)[1] === "image");

/** Say whether two lists of outputs are the same; the content of figures is not compared. */
export const sameOutputs = (some, others) =>
  JSON.stringify(some.map(comparable)) === JSON.stringify(others.map(comparable));

/** Show text in the theme's own boxes. */
const textBox = (kind, text) =>
  makeElement("div", { className: `output ${kind} notranslate` },
    makeElement("div", { className: "highlight" },
      makeElement("pre", { tabIndex: 0, textContent: text })));

/** Show an error: its message, and where it happened for those who ask. */
function showError({ ename, evalue, traceback }) {
  const box = textBox("traceback", evalue ? `${ename}: ${evalue}` : ename);
  const where = makeElement("pre", { tabIndex: 0, textContent: joinLines(traceback) });
  box.append(makeElement("details", {}, makeElement("summary", { textContent: "Where" }), where));
  return box;
}

/** Show a figure with the size and caption of the page's own, if there is one. */
function showFigure(src, pageFigure, edited) {
  const figure = pageFigure?.cloneNode(true) ?? makeElement("img");
  const image = figure.matches("img") ? figure : figure.querySelector("img");
  const alt = (!edited && image.alt) || "Figure drawn by this cell";
  Object.assign(image, { src, alt }).removeAttribute("srcset");
  return figure;
}

/** Return the text of an output: its Markdown if Python has only the object's name. */
const plainText = ({ "text/plain": plain, "text/markdown": markdown }) =>
  (/^<.* object/.test(plain) && markdown) || plain;

/** Show an output in its richest form; `pageFigures` are those of the page still to be replaced. */
export function showOutput(output, pageFigures, edited) {
  const { output_type: type, name, text, data = {} } = output;
  const svg = data["image/svg+xml"] && `data:image/svg+xml,${encodeURIComponent(data["image/svg+xml"])}`;
  const png = data["image/png"] && `data:image/png;base64,${data["image/png"].trim()}`;
  const html = data["text/html"];
  if (type === "error") return showError(output);
  if (type === "stream") return textBox(`stream ${name}`, text);
  if (svg ?? png) return showFigure(svg ?? png, pageFigures.shift(), edited);
  if (html) return makeElement("div", { className: "output text_html", innerHTML: html });
  return textBox("text_plain", plainText(data));
}
