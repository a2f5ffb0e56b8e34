// Keeps what a reader did on a page, on this device alone: the answers chosen, the cells edited.

// Each piece is named by its kind and by its original text: where that has changed, it is not put back.
const keptWork = (() => {
  const PREFIX = `kept-work ${location.pathname.replace(/(index)?(\.html)?$/, "")} `;
  const pieces = new Map(); // also those that the browser does not store
  const unsaved = new Set();

  /** Return a short number that differs for texts that differ. */
  function hash(text) {
    let sum = 0;
    for (const character of text) sum = (Math.imul(sum, 31) + character.codePointAt(0)) | 0;
    return (sum >>> 0).toString(36);
  }

  /** Ask before the browser leaves the page, and edits with it. */
  function warn(event) {
    if (unsaved.size && keys("edit").length) event.preventDefault();
  }

  /** Store a piece, or delete it; the browser may refuse or, as one with blocked storage, do nothing. */
  function store(key, value) {
    try {
      if (value === null) localStorage.removeItem(PREFIX + key);
      else localStorage.setItem(PREFIX + key, value);
      if (localStorage.getItem(PREFIX + key) !== value) throw new Error("not stored");
      unsaved.delete(key);
    } catch {
      if (value === null) return unsaved.delete(key);
      unsaved.add(key);
      addEventListener("beforeunload", warn);
    }
  }

  /** Return the names of the pieces of a kind. */
  const keys = (kind) => [...pieces.keys()].filter((key) => key.startsWith(`${kind} `));

  /** Keep a piece of work, or forget it if the value is null. */
  function keep(key, value) {
    if (value === null) pieces.delete(key);
    else pieces.set(key, value);
    store(key, value);
    dispatchEvent(new Event("keptwork"));
  }

  /** Count pieces of a kind in words. */
  function count(kind, word) {
    const number = keys(kind).length;
    return number ? [`${number} ${word}${number === 1 ? "" : "s"}`] : [];
  }

  /** Forget everything on this page, after asking if there is anything. */
  function startOver() {
    const lost = [...count("edit", "edited cell"), ...count("answer", "answer")].join(" and ");
    if (lost && !confirm(`Start over? This page will forget ${lost}.`)) return;
    for (const key of [...pieces.keys()]) keep(key, null);
    dispatchEvent(new Event("startover"));
  }

  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX)) pieces.set(key.slice(PREFIX.length), localStorage.getItem(key));
    }
  } catch {} // blocked: nothing was kept, and store() will see that nothing is

  return {
    keys,
    keep,
    startOver,
    key: (kind, original) => `${kind} ${hash(original)}`,
    get: (key) => pieces.get(key),
    /** Say in a few words where the reader's work is. */
    where: () => (unsaved.size ? "not kept: this browser stores nothing." : "kept on this device only."),
  };
})();

/** Keep whether an answer is chosen. */
function keepAnswer(answer, key) {
  answer.open = keptWork.get(key) !== undefined;
  answer.addEventListener("toggle", () => keptWork.keep(key, answer.open ? "chosen" : null));
  addEventListener("startover", () => (answer.open = false));
}

/** Say below the questions that the answers are kept, and offer to forget them. */
function addNote(questions) {
  const note = document.createElement("p"), words = document.createElement("span");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "run-button", textContent: "Start over" });
  button.addEventListener("click", keptWork.startOver);
  note.className = "kept-work";
  note.append(words, button);
  questions.append(note);
  const show = () => {
    note.hidden = !keptWork.keys("answer").length;
    words.textContent = `Your answers are ${keptWork.where()} `;
  };
  addEventListener("keptwork", show);
  show();
}

for (const question of document.querySelectorAll(".question")) {
  const text = question.textContent;
  const answers = question.querySelectorAll(".answer");
  answers.forEach((answer, nth) => keepAnswer(answer, keptWork.key("answer", `${nth} ${text}`)));
}
document.querySelectorAll(".questions").forEach(addNote);
