// Switches the theme at once, and saves it on the server afterwards. Without this script, the form saves it.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-switch]")) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  document.documentElement.dataset.theme = chosen;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
  const body = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
});
