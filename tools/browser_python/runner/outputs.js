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

/** Return the words of an output: those of its Markdown if Python has none but the object's name. */
const inWords = ({ "text/plain": plain, "text/markdown": markdown }) =>
  (/^<.* object/.test(plain) && markdown) || plain;

/** Draw an output in its richest form; `figures` are the stored ones still to be replaced. */
export function draw(output, figures, edited) {
  const { output_type: type, name, text, data = {} } = output;
  const svg = data["image/svg+xml"] && `data:image/svg+xml,${encodeURIComponent(data["image/svg+xml"])}`;
  const png = data["image/png"] && `data:image/png;base64,${data["image/png"].trim()}`;
  const html = data["text/html"];
  if (type === "error") return drawError(output);
  if (type === "stream") return printed(`stream ${name}`, text);
  if (svg ?? png) return drawFigure(svg ?? png, figures.shift(), edited);
  if (html) return make("div", { className: "output text_html", innerHTML: html });
  return printed("text_plain", inWords(data));
}
