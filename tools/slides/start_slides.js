/* Shows the slides: one at a time where there is room for one, else one below the other. */

const ROOM = "(min-width: 700px)";
const WHOLE = /receiver/.test(location.search); // in the window of the speaker, however small
const page = document.documentElement;

/** Return the reader's choice of light or dark, made on the pages of the course; none if storage is blocked. */
function storedTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

/** Use the reader's choice of light or dark, or else the system's. */
function chooseTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const chosen = storedTheme();
  const printed = /print-pdf/.test(location.search);
  page.dataset.theme = printed ? "light" : chosen || (dark ? "dark" : "light");
}

/** Return whether the arrow up or down scrolls the slide; at its end, the key goes to the next. */
function scrolls({ key }) {
  const { scrollTop, scrollHeight, clientHeight } = Reveal.getCurrentSlide();
  const below = scrollHeight - clientHeight - scrollTop > 1;
  return (key === "ArrowDown" && below) || (key === "ArrowUp" && scrollTop > 0);
}

/** Give the focus to a slide that is taller than the screen, so that the arrow keys scroll it. */
function focusTallSlide({ currentSlide: slide }) {
  if (slide.scrollHeight <= slide.clientHeight + 1) return;
  slide.tabIndex = 0;
  slide.focus();
}

/** Begin to show one slide at a time. */
function start() {
  document.getElementById("reveal-sheet").media = "all";
  page.classList.add("one-at-a-time");
  Reveal.on("ready", focusTallSlide);
  Reveal.on("slidechanged", focusTallSlide);
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
    keyboardCondition: (event) => !scrolls(event),
    plugins: [RevealNotes],
  });
}

chooseTheme();
document.addEventListener("DOMContentLoaded", () => (WHOLE || matchMedia(ROOM).matches) && start());
