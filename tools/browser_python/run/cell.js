// A cell of the page: its code, its buttons, and what it shows.
import { hasFigure, joinLines, makeElement, sameOutputs, showOutput } from "./outputs.js";

/** Make a button in the style of those that run the page. */
export const makeButton = (text, onclick, more = {}) =>
  makeElement("button", { type: "button", className: "run-button", textContent: text, onclick, ...more });

export class Cell {
  /** Tie a code cell of the notebook, the nth, to its element; hidden cells have none. An edit is kept by its key. */
  constructor({ source, outputs, metadata }, nth, element, key, run) {
    Object.assign(this, { nth, element, key, stored: outputs, outputs: [], pageSource: joinLines(source) });
    this.mayFail = metadata.tags?.includes("raises-exception") ?? false;
    const input = element?.querySelector(".cell_input");
    const parent = input?.parentNode ?? element;
    const newArea = () => makeElement("div", { className: "cell_output docutils container" });
    this.area = element?.querySelector(".cell_output") ?? parent?.appendChild(newArea());
    this.pageOutputs = [...(this.area?.childNodes ?? [])];
    if (input) this.addButtons(input, run);
  }

  /** Give a cell whose code is visible its buttons and a text field for the code. */
  addButtons(input, run) {
    const onkeydown = (event) => { // must not return false, or no key would write
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey)) return;
      event.preventDefault();
      run(this);
    };
    this.pageCode = input.firstElementChild;
    this.editor = makeElement("textarea", {
      className: "run-editor", ariaLabel: `Code of cell ${this.nth}`, spellcheck: false,
      oninput: () => this.keepEdit(),
      onkeydown,
    });
    const runButton = makeButton("Run", () => run(this), { ariaLabel: `Run cell ${this.nth}` });
    this.editButton = makeButton("Edit", () => this.editOrUndo(), { ariaLabel: `Edit cell ${this.nth}` });
    this.note = makeElement("span", { className: "run-note" });
    input.after(makeElement("div", { className: "run-tools" }, runButton, this.editButton, this.note));
    const kept = keptWork.get(this.key);
    if (kept === undefined) return;
    this.showEditor(true, kept);
    this.note.textContent = "your version, not run yet";
  }

  /** Return the code to run: the reader's, if there is one. */
  get source() {
    return this.editor?.isConnected ? this.editor.value : this.pageSource;
  }

  /** Return the error that ended the last run, if one did. */
  get error() {
    return this.outputs.find((output) => output.output_type === "error");
  }

  /** Say whether the last run failed where the page does not mean it to. */
  get failed() {
    return Boolean(this.error) && !(this.mayFail && !this.edited);
  }

  /** Say in a few words how the outputs compare with those stored. */
  get comparison() {
    if (this.failed) return "failed";
    if (this.edited) return "your version";
    if (!sameOutputs(this.outputs, this.stored)) return "differs from the page";
    return hasFigure(this.outputs) ? "with a figure drawn again" : "as on the page";
  }

  /** Show the code in a text field, or the page's own code. */
  showEditor(open, code = this.pageSource) {
    if (open === this.editor.isConnected) return;
    (open ? this.pageCode : this.editor).replaceWith(open ? this.editor : this.pageCode);
    this.editButton.textContent = open ? "Undo edit" : "Edit";
    this.editButton.ariaLabel = `${open ? "Undo edit of" : "Edit"} cell ${this.nth}`;
    this.editor.value = code;
    this.fitEditor();
  }

  /** Give the text field a row for each line. */
  fitEditor() {
    this.editor.rows = this.editor.value.split("\n").length;
  }

  /** Open the text field, or put the page's own code back; what the reader wrote is lost only if they agree. */
  editOrUndo() {
    const open = !this.editor.isConnected;
    if (this.edited && !confirm(`Undo your edit of cell ${this.nth}? The page will forget it.`)) return;
    if (this.edited) keptWork.keep(this.key, null);
    this.showEditor(open);
    if (open) this.editor.focus();
  }

  /** Keep what the reader wrote on this device. */
  keepEdit() {
    this.fitEditor();
    keptWork.keep(this.key, this.edited ? this.editor.value : null);
  }

  /** Say whether the reader has changed the code. */
  get edited() {
    return this.source !== this.pageSource;
  }

  /** Start a run; what was shown stays until there is something new. */
  begin() {
    this.outputs = [];
    this.element?.classList.add("run-active");
    if (this.note) this.note.textContent = "running";
  }

  /** Add an output, shown soon if the cell takes long; printed text joins that before it. */
  addOutput(output) {
    const last = this.outputs.at(-1);
    if (output.output_type === "stream" && last?.name === output.name) last.text += output.text;
    else this.outputs.push(output);
    this.timer ??= setTimeout(() => this.show(), 300);
  }

  /** End a run, complete or interrupted for the reason given, and show all its outputs. */
  finish(interruption) {
    this.ran = !interruption;
    this.element?.classList.remove("run-active");
    this.show();
    if (this.note) this.note.textContent = interruption ?? this.comparison;
    const folded = this.failed && this.element?.querySelector("details.hide");
    if (folded) folded.open = true;
    dispatchEvent(new CustomEvent("ran", { detail: this }));
  }

  /** Show the outputs; those that are the same as the page's keep its own, finer typesetting. */
  show() {
    this.timer = clearTimeout(this.timer);
    const same = sameOutputs(this.outputs, this.stored) && !hasFigure(this.outputs);
    const figures = this.pageOutputs.filter((node) => node.matches?.("figure, img, :has(img)"));
    const shown = same ? this.pageOutputs : this.outputs.map((output) => showOutput(output, figures, this.edited));
    this.area?.replaceChildren(...shown);
  }

  /** Put back the page's code and outputs. */
  reset() {
    if (this.editor) this.showEditor(false);
    this.area?.replaceChildren(...this.pageOutputs);
    if (this.note) this.note.textContent = "";
  }
}
