// Acting on a message without opening it: from its row by a key, or in a dialog over the list.

const dialog = document.getElementById("acting");
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// What each key goes to in the dialog.
const PARTS = { ".": "", a: "[name=assignee]", n: "[name=text]", c: ".acting-verdicts [name=disposition]" };
let wanted = "";

// The row where the focus is, unless its message is open: then keys mean what is open, and that has its own.
function rowAtHand() {
  const row = document.activeElement?.closest(".message-row");
  return row && !row.hasAttribute("data-open") ? row : null;
}

const hasSelection = () => document.getElementById("selection")?.hasAttribute("data-has-selection");

// Moving and releasing take the row as a selection of one; what would happen shows next.
function actAsSelection(row, key) {
  const box = row.querySelector("input[name=ids]");
  const button = document.querySelector(`.selection-bar [data-key=${key}]`);
  if (!box || !button) return;
  if (!box.checked) box.click();
  button.click();
}

// Tells whether the key meant something for the row.
function act(row, key) {
  if (key in PARTS) {
    wanted = PARTS[key];
    row.querySelector(".row-act-link").click();
  } else if (key === "b" && row.dataset.block) {
    location.assign(row.dataset.block);
  } else if ("mr".includes(key)) {
    actAsSelection(row, key);
  } else return false;
  return true;
}

// Before other keys are looked at: a message that is open elsewhere on the page has the same ones, and so has a selection.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.closest(TYPING) || document.querySelector("[popover]:popover-open:not(nav)")) return;
    if (hasSelection() && "mrc".includes(event.key)) return;
    const row = rowAtHand() ?? (event.key === "." ? document.querySelector(".message-row[data-open]") : null);
    if (row && act(row, event.key)) event.preventDefault();
  },
  { capture: true },
);

// It opens at once, so that what is typed before its content is there means nothing to the list.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== dialog) return;
  dialog.replaceChildren();
  dialog.dataset.opener = event.detail.elt.closest(".message-row").dataset.id;
  if (!dialog.open) dialog.showModal();
});

// The focus is in its place as soon as the content is: what is typed ahead must not press the buttons beside it.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== dialog) return;
  const part = wanted && dialog.querySelector(wanted);
  if (part) part.focus();
  wanted = "";
});

dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

const linkOf = (id) =>
  [...document.querySelectorAll(".message-row")].find((row) => row.dataset.id === id)?.querySelector(".row-link");

dialog.addEventListener("close", () => linkOf(dialog.dataset.opener)?.focus({ preventScroll: true }));

// What is done leads back to the list by a new page: the focus returns to the row.
const DONE = "acted-on";
document.addEventListener("submit", (event) => {
  if (dialog.contains(event.target)) sessionStorage.setItem(DONE, dialog.dataset.opener);
});

const done = sessionStorage.getItem(DONE);
sessionStorage.removeItem(DONE);
if (done) linkOf(done)?.focus();
