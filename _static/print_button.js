// Prints the page when its print button is pressed; the policy of the site allows no onclick.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-action='print']")) {
    button.addEventListener("click", () => window.print());
  }
});
