// Shows an equation next to a reference to it, while the pointer or the focus is on the reference.

/** Return the equation that a link leads to, from this page or from the copy that the page carries. */
function equation(id) {
  const copy = document.getElementById(`preview-${id}`);
  const shown = copy ? copy.content.firstElementChild : document.getElementById(id);
  const formula = shown.cloneNode(true);
  for (const part of [formula, ...formula.querySelectorAll("[id]")]) part.removeAttribute("id");
  formula.removeAttribute("tabindex");
  for (const link of formula.querySelectorAll(".headerlink")) link.remove();
  for (const part of formula.querySelectorAll("[tabindex]")) part.setAttribute("tabindex", "-1");
  return formula;
}

/** Place the preview under its link, or above it where there is no room, within the window. */
function place(preview, link) {
  const at = link.getBoundingClientRect();
  const left = Math.min(at.left, document.documentElement.clientWidth - preview.offsetWidth - 16);
  const below = at.bottom + 8 + preview.offsetHeight < window.innerHeight;
  const top = below ? at.bottom + 4 : at.top - preview.offsetHeight - 4;
  preview.style.left = `${Math.max(16, left) + window.scrollX}px`;
  preview.style.top = `${top + window.scrollY}px`;
}

/** Remove the preview that is shown, if there is one. */
function hide() {
  document.querySelector("[aria-describedby='preview']")?.removeAttribute("aria-describedby");
  document.getElementById("preview")?.remove();
}

/** Show the equation that a link leads to, and name it as the link's description. */
function show(link) {
  hide();
  const preview = document.createElement("div");
  preview.id = "preview";
  preview.className = "preview";
  preview.setAttribute("role", "tooltip");
  preview.append(equation(link.dataset.preview));
  document.querySelector("main").append(preview);
  link.setAttribute("aria-describedby", "preview");
  place(preview, link);
}

/** Whether the pointer or the keyboard is on the preview or its link. */
function held(target) {
  return target instanceof Element && target.closest("[data-preview], #preview");
}

document.addEventListener("DOMContentLoaded", () => {
  for (const link of document.querySelectorAll("[data-preview]")) {
    link.addEventListener("mouseenter", () => show(link));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("blur", hide);
  }
  document.addEventListener("mouseover", (event) => held(event.target) || held(document.activeElement) || hide());
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
});
