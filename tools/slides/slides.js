/* Shows the slides: one at a time where there is room for one, else one below the other. */

const ROOM = "(min-width: 700px)";
const WHOLE = /receiver/.test(location.search); // in the window of the speaker, however small
const page = document.documentElement;

/** Take the reader's choice of light or dark, made on the pages of the course, or else the system's. */
function settleTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const chosen = localStorage.getItem("theme");
  const printed = /print-pdf/.test(location.search);
  page.dataset.theme = printed ? "light" : chosen || (dark ? "dark" : "light");
}

/** Begin to show one slide at a time. */
function start() {
  document.getElementById("reveal-sheet").media = "all";
  page.classList.add("one-at-a-time");
  // Nothing scrolls on a slide.
  for (const part of document.querySelectorAll("[tabindex]")) part.removeAttribute("tabindex");
  Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0.02,
    center: false,
    hash: true,
    slideNumber: "c/t",
    transition: "none",
    backgroundTransition: "none",
    scrollActivationWidth: null,
    pdfSeparateFragments: false,
    plugins: [RevealNotes],
  });
}

settleTheme();
document.addEventListener("DOMContentLoaded", () => (WHOLE || matchMedia(ROOM).matches) && start());
