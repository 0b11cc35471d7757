// Keyboard control of the list of messages: j and k move, Enter opens, x selects. Also restores the scroll position.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const rows = () => [...document.querySelectorAll(".message-row")];

function currentRow() {
  return document.activeElement?.closest(".message-row") ?? document.querySelector(".message-row[data-open]");
}

function step(by) {
  const all = rows();
  const at = all.indexOf(currentRow());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.querySelector(".row-link").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function select(row, shiftKey = false) {
  const box = row?.querySelector("input[name=ids]");
  if (!box) return;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey }));
  row.querySelector(".row-link").focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest(`${TYPING}, dialog`) || document.querySelector("[popover]:popover-open:not(nav)")) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "x") select(currentRow());
  else if (event.key === "X") select(currentRow(), true);
  else return;
  event.preventDefault();
});

// A click anywhere on a row opens its message, unless it selects text or is on the checkbox.
document.addEventListener("click", (event) => {
  const row = event.target.closest(".message-row");
  if (!row || event.target.closest("a, button, .row-check")) return;
  if (!getSelection().isCollapsed || event.ctrlKey || event.metaKey) return;
  row.querySelector(".row-link").click();
});

// A click on the checkbox's cell toggles the checkbox.
document.addEventListener("click", (event) => {
  if (event.target.matches("td.row-check")) event.target.querySelector("input").click();
});

// Asks for the days of a range in the filters. Returns false if these are still being fetched.
function askForDays() {
  const form = document.getElementById("search-fields");
  if (!form) return false;
  form.range.value = "custom";
  form.start.focus();
  return true;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]") && event.target.value !== "custom") event.target.form.requestSubmit();
  if (event.target.matches("[data-submits]") && event.target.value === "custom") {
    document.querySelector(".search-filters").open = true;
    if (!askForDays()) document.addEventListener("htmx:afterSettle", askForDays, { once: true });
  }
});

// After Enter in the bar the focus goes to the first result. The list and the bar above it are swapped one after the other,
// and htmx gives the focus back to the bar when it is: so each swap counts, until the next key or click. A form that htmx
// has not taken over yet loads the page instead, so the wish is kept for the page that follows.
const GOES_TO_FIRST = "search-goes-to-first";
function goToFirst() {
  if (sessionStorage.getItem(GOES_TO_FIRST)) rows()[0]?.querySelector(".row-link").focus();
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.search")) return;
  if (document.activeElement?.id === "search-bar") sessionStorage.setItem(GOES_TO_FIRST, "yes");
});
for (const type of ["keydown", "pointerdown"]) {
  document.addEventListener(type, () => sessionStorage.removeItem(GOES_TO_FIRST), true);
}
document.addEventListener("htmx:afterSettle", () => {
  if (!document.querySelector("#results.htmx-request")) goToFirst();
});
goToFirst();

// Checks for new mail. It is announced, not inserted into the list. There are no requests while the page is hidden.
const LOOK_EVERY_MILLISECONDS = 30_000;
setInterval(() => {
  if (document.visibilityState === "visible") document.body.dispatchEvent(new Event("look-for-newer"));
}, LOOK_EVERY_MILLISECONDS);

// Stores the scroll position of each list, so that it is restored after going back or closing a message.
function placeKey(scroller) {
  const query = new URLSearchParams(location.search);
  query.delete("message");
  query.delete("tab");
  return `place:${scroller.dataset.keepsPlace}:${location.pathname}?${query}`;
}

addEventListener("pagehide", () => {
  for (const scroller of document.querySelectorAll("[data-keeps-place=list]")) {
    sessionStorage.setItem(placeKey(scroller), scroller.scrollTop || scrollY);
  }
});

for (const scroller of document.querySelectorAll("[data-keeps-place=list]")) {
  const top = Number(sessionStorage.getItem(placeKey(scroller)));
  if (top) scroller.scrollTop = top;
}
document.querySelector(".message-row[data-open]")?.scrollIntoView({ block: "nearest" });
