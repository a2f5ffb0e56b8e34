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
    if (element) this.equip(run);
  }

  /** Keep what the cell shows, to restore it; give a cell whose code is seen its buttons. */
  equip(run) {
    const input = this.element.querySelector(".cell_input");
    const place = input?.parentNode ?? this.element;
    this.area = place.querySelector(".cell_output") ?? make("div", { className: "cell_output docutils container" });
    this.kept = [...this.area.childNodes];
    place.append(this.area);
    if (!input) return;
    this.seen = input.firstElementChild;
    this.editor = make("textarea", {
      className: "live-editor", ariaLabel: `Code of cell ${this.nth}`, spellcheck: false,
      oninput: () => (this.editor.rows = this.editor.value.split("\n").length),
      onkeydown: (event) => {
        if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey)) return;
        event.preventDefault();
        run(this);
      },
    });
    this.change = button("Edit", () => this.edit(), { ariaLabel: `Edit cell ${this.nth}` });
    this.note = make("span", { className: "live-note" });
    const go = button("Run", () => run(this), { ariaLabel: `Run cell ${this.nth}` });
    input.after(make("div", { className: "live-tools" }, go, this.change, this.note));
  }

  /** Return the code to run: the reader's, if there is one. */
  get source() {
    return this.editor?.isConnected ? this.editor.value : this.code;
  }

  /** Say whether the reader changed the code. */
  get edited() {
    return this.source !== this.code;
  }

  /** Return the error that ended the last run, if one did. */
  get error() {
    return this.outputs.find((output) => output.output_type === "error");
  }

  /** Say whether the last run ended as it should, so that the next cell may run. */
  get fine() {
    return !this.error || (this.mayFail && !this.edited);
  }

  /** Open the code in a text field, or put the page's own code back. */
  edit(open = !this.editor.isConnected) {
    if (open === this.editor.isConnected) return;
    (open ? this.seen : this.editor).replaceWith(open ? this.editor : this.seen);
    this.change.textContent = open ? "Undo edit" : "Edit";
    this.change.ariaLabel = `${this.change.textContent} of cell ${this.nth}`;
    if (!open) return;
    this.editor.value = this.code;
    this.editor.oninput();
    this.editor.focus();
  }

  /** Start a run; what was shown stays until there is something new. */
  begin() {
    this.outputs = [];
    this.element?.classList.add("live-running");
    this.remark("running");
  }

  /** Take an output; printed text joins the printed text before it. */
  take(output) {
    const last = this.outputs.at(-1);
    if (output.output_type === "stream" && last?.name === output.name) last.text += output.text;
    else this.outputs.push(output);
    this.timer ??= setTimeout(() => this.show(), 300);
  }

  /** End a run, for good or by force, and show all that came of it. */
  finish(remark = this.judgement()) {
    this.element?.classList.remove("live-running");
    this.show();
    this.remark(remark);
    if (this.error && !this.fine) this.element?.querySelector("details.hide")?.setAttribute("open", "");
    this.element?.dispatchEvent(new CustomEvent("ran", { bubbles: true, detail: this }));
  }

  /** Say in a few words how the outputs compare with those stored. */
  judgement() {
    if (this.edited) return "your version";
    if (!agree(this.outputs, this.stored)) return this.error && !this.mayFail ? "failed" : "differs from the page";
    return hasFigure(this.outputs) ? "figure drawn anew" : "as on the page";
  }

  /** Write a remark beside the buttons. */
  remark(text) {
    if (this.note) this.note.textContent = text;
  }

  /** Show the outputs; those that say what the page says keep the page's own, finer setting. */
  show() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.area) return;
    if (agree(this.outputs, this.stored) && !hasFigure(this.outputs)) return this.area.replaceChildren(...this.kept);
    const figures = this.kept.filter((node) => node.matches?.("figure, img") || node.querySelector?.("img"));
    this.area.replaceChildren(...this.outputs.map((output) => draw(output, figures, this.edited)));
  }

  /** Put back the page's code and outputs. */
  reset() {
    if (this.editor) this.edit(false);
    this.outputs = [];
    this.area?.replaceChildren(...this.kept);
    this.remark("");
  }
}
