// Acts on a message without opening it: by a key on its row, or in a dialog over the list.

import { messageUrl } from "../search/list-rows.js";

const dialog = document.getElementById("acting");
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// The field of the dialog that each key focuses.
const PARTS = { ".": "", a: "[name=assignee]", n: "[name=text]", c: ".acting-verdicts [name=disposition]" };
let wanted = "";

// Returns the focused row, unless its message is open. Then the keys belong to the open message.
function rowAtHand() {
  const row = document.activeElement?.closest(".message-row");
  return row && !row.hasAttribute("data-open") ? row : null;
}

const hasSelection = () => document.getElementById("selection")?.hasAttribute("data-has-selection");

// Deals with, moves or releases the row's message as a selection of one. The next page is the preview of the job.
function actAsSelection(row, key) {
  const box = row.querySelector("input[name=ids]");
  const button = document.querySelector(`.selection-bar [data-key=${key}]`);
  if (!box || !button) return;
  if (!box.checked) box.click();
  button.click();
}

// Carries out the key's action on the row. Returns false if the key has none.
function act(row, key) {
  if (key in PARTS) {
    wanted = PARTS[key];
    row.querySelector(".row-act-link").click();
  } else if (key === "b" && row.closest("[data-can-block]")) {
    location.assign(messageUrl(row, "block/"));
  } else if ("dmr".includes(key)) {
    actAsSelection(row, key);
  } else return false;
  return true;
}

// Runs in the capture phase, before other listeners: an open message or a selection on the page uses the same keys.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.closest(TYPING) || document.querySelector("[popover]:popover-open:not(nav)")) return;
    if (hasSelection() && "dmrc".includes(event.key)) return;
    const row = rowAtHand() ?? (event.key === "." ? document.querySelector(".message-row[data-open]") : null);
    if (row && act(row, event.key)) event.preventDefault();
  },
  { capture: true },
);

// Opens the dialog of the row. One listener serves all rows, so that no row repeats how the dialog is loaded.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".row-act-link");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  dialog.dataset.opener = link.closest(".message-row").dataset.id;
  htmx.ajax("GET", link.getAttribute("href"), { source: dialog, target: dialog, swap: "innerHTML show:none" });
});

// Opens the dialog before its content is loaded, so that keys pressed meanwhile do not act on the list.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target !== dialog) return;
  dialog.replaceChildren();
  if (!dialog.open) dialog.showModal();
});

// Focuses the field as soon as the content is loaded, so that keys pressed early do not activate other buttons.
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

// After an action, the list is loaded as a new page. The focus then returns to the row.
const DONE = "acted-on";
document.addEventListener("submit", (event) => {
  if (dialog.contains(event.target)) sessionStorage.setItem(DONE, dialog.dataset.opener);
});

const done = sessionStorage.getItem(DONE);
sessionStorage.removeItem(DONE);
if (done) linkOf(done)?.focus();
