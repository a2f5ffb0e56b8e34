// A cell of the page: its code, its buttons, and what it shows.
import { agree, draw, hasFigure, joined, make } from "./outputs.js";

/** Make a button of the runner. */
export const button = (text, onclick, more = {}) =>
  make("button", { type: "button", className: "live-button", textContent: text, onclick, ...more });

export class Cell {
  /** Tie a code cell of the notebook, the nth, to its element; hidden cells have none. */
  constructor({ source, outputs, metadata }, nth, element, run) {
    Object.assign(this, { nth, element, stored: outputs, outputs: [], code: joined(source) });
    this.mayFail = metadata.tags?.includes("raises-exception") ?? false;
    const input = element?.querySelector(".cell_input");
    const place = input?.parentNode ?? element;
    const fresh = () => make("div", { className: "cell_output docutils container" });
    this.area = element?.querySelector(".cell_output") ?? place?.appendChild(fresh());
    this.kept = [...(this.area?.childNodes ?? [])];
    if (input) this.equip(input, run);
  }

  /** Give a cell whose code is seen its buttons and a text field for the code. */
  equip(input, run) {
    const typed = (event) => { // must not return false, or no key would write
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey)) return;
      event.preventDefault();
      run(this);
    };
    this.seen = input.firstElementChild;
    this.editor = make("textarea", {
      className: "live-editor", ariaLabel: `Code of cell ${this.nth}`, spellcheck: false,
      oninput: () => (this.editor.rows = this.editor.value.split("\n").length),
      onkeydown: typed,
    });
    const go = button("Run", () => run(this), { ariaLabel: `Run cell ${this.nth}` });
    this.change = button("Edit", () => this.edit(), { ariaLabel: `Edit cell ${this.nth}` });
    this.note = make("span", { className: "live-note" });
    input.after(make("div", { className: "live-tools" }, go, this.change, this.note));
  }

  /** Return the code to run: the reader's, if there is one. */
  get source() {
    return this.editor?.isConnected ? this.editor.value : this.code;
  }

  /** Return the error that ended the last run, if one did. */
  get error() {
    return this.outputs.find((output) => output.output_type === "error");
  }

  /** Say whether the last run failed where the page does not mean it to. */
  get failed() {
    return Boolean(this.error) && !(this.mayFail && this.source === this.code);
  }

  /** Say in a few words how the outputs compare with those stored. */
  get judgement() {
    if (this.failed) return "failed";
    if (this.source !== this.code) return "your version";
    if (!agree(this.outputs, this.stored)) return "differs from the page";
    return hasFigure(this.outputs) ? "figure drawn anew" : "as on the page";
  }

  /** Open the code in a text field, or put the page's own code back. */
  edit(open = !this.editor.isConnected) {
    if (open === this.editor.isConnected) return;
    if (open) this.editor.value = this.code;
    (open ? this.seen : this.editor).replaceWith(open ? this.editor : this.seen);
    this.change.textContent = open ? "Undo edit" : "Edit";
    this.change.ariaLabel = `${open ? "Undo edit of" : "Edit"} cell ${this.nth}`;
    if (open) this.editor.oninput();
    if (open) this.editor.focus();
  }

  /** Start a run; what was shown stays until there is something new. */
  begin() {
    this.outputs = [];
    this.element?.classList.add("live-running");
    if (this.note) this.note.textContent = "running";
  }

  /** Take an output, shown at once if the cell takes long; printed text joins that before it. */
  take(output) {
    const last = this.outputs.at(-1);
    if (output.output_type === "stream" && last?.name === output.name) last.text += output.text;
    else this.outputs.push(output);
    this.timer ??= setTimeout(() => this.show(), 300);
  }

  /** End a run, for good or by force, and show all that came of it. */
  finish(remark) {
    this.ran = !remark;
    this.element?.classList.remove("live-running");
    this.show();
    if (this.note) this.note.textContent = remark ?? this.judgement;
    const folded = this.failed && this.element?.querySelector("details.hide");
    if (folded) folded.open = true;
    dispatchEvent(new CustomEvent("ran", { detail: this }));
  }

  /** Show the outputs; those that say what the page says keep the page's own, finer setting. */
  show() {
    this.timer = clearTimeout(this.timer);
    const same = agree(this.outputs, this.stored) && !hasFigure(this.outputs);
    const figures = this.kept.filter((node) => node.matches?.("figure, img, :has(img)"));
    const edited = this.source !== this.code;
    const drawn = same ? this.kept : this.outputs.map((output) => draw(output, figures, edited));
    this.area?.replaceChildren(...drawn);
  }

  /** Put back the page's code and outputs. */
  reset() {
    if (this.editor) this.edit(false);
    this.area?.replaceChildren(...this.kept);
    if (this.note) this.note.textContent = "";
  }
}
