// The pane with the open message beside the list: marks the message's row, keeps the list's scroll position, and steps
// through messages and tabs by keys.

const pane = document.getElementById("message-pane");
let anchor = null;

const openId = () => pane.querySelector(".mail")?.dataset.message ?? "";

function markRow() {
  const id = openId();
  for (const row of document.querySelectorAll(".message-row")) {
    row.toggleAttribute("data-open", Boolean(id) && row.dataset.id === id);
  }
}

const rowOf = (id) => [...document.querySelectorAll(".message-row")].find((row) => row.dataset.id === id);

// Remembers where the row is on the screen. The list's layout changes when the pane opens or closes, and `settle`
// scrolls the row back to this place.
function hold(row) {
  anchor = row && row.checkVisibility() ? { row, top: row.getBoundingClientRect().top } : null;
}

function settle() {
  const scroller = anchor?.row.closest(".results-scroll");
  if (!scroller || !anchor.row.checkVisibility()) return;
  const by = anchor.row.getBoundingClientRect().top - anchor.top;
  if (scroller.scrollHeight > scroller.clientHeight) scroller.scrollTop += by;
  else scrollBy({ top: by, behavior: "instant" });
  anchor.row.scrollIntoView({ block: "nearest" });
}

function close(link) {
  const row = rowOf(openId());
  if (row?.checkVisibility()) hold(row);
  pane.replaceChildren();
  // Use the same state as htmx's own history entries, so that going back restores the page in the same way.
  history.pushState({ htmx: true }, "", link.href);
  document.title = document.querySelector(".investigate").dataset.title;
  markRow();
  settle();
  row?.querySelector(".row-link").focus({ preventScroll: true });
}

// Opens the message before or after the open one. At the end of a page, it continues on the next or previous page.
function stepMessage(by) {
  const all = [...document.querySelectorAll(".message-row")];
  const at = all.findIndex((row) => row.dataset.id === openId());
  const next = all[at + by];
  if (!all.length) pane.querySelector(`.mail-steps a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
  if (next) {
    next.querySelector(".row-link").click();
    return;
  }
  const page = document.querySelector(`.results-foot a[rel=${by > 0 ? "next" : "prev"}]`);
  if (!page) return;
  const open = () => {
    const rows = [...document.querySelectorAll(".message-row")];
    rows.at(by > 0 ? 0 : -1)?.querySelector(".row-link").click();
  };
  document.addEventListener("htmx:afterSettle", open, { once: true });
  page.click();
}

function stepTab(by) {
  const tabs = [...pane.querySelectorAll(".tab")];
  const at = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  if (at >= 0) tabs[(at + by + tabs.length) % tabs.length].click();
}

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-closes-pane]");
  if (closer && document.querySelector(".investigate-list .results") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    close(closer);
  }
  const stepper = event.target.closest("[data-steps]");
  if (stepper) stepMessage(Number(stepper.dataset.steps));
});

// Links that open another message: a row of the list, or a step on the message's own page.
const OPENERS = ".row-link, .mail-steps a";

// Fetches the Summary of the next message while this one is read. The message's content is never fetched in advance,
// since each view of it is recorded.
const KEPT_MILLISECONDS = 30_000;
const ahead = new Map();

function fetchAhead() {
  const row = rowOf(openId());
  const link = row ? row.nextElementSibling?.querySelector(".row-link") : pane.querySelector(".mail-steps a[rel=next]");
  const url = link?.getAttribute("hx-get");
  if (!url || ahead.has(url)) return;
  const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
  ahead.set(url, null);
  setTimeout(() => ahead.delete(url), KEPT_MILLISECONDS);
  fetch(url, { headers })
    .then(async (answer) => answer.ok && !answer.redirected && ahead.has(url) && ahead.set(url, await answer.text()))
    .catch(() => ahead.delete(url));
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.detail.elt;
  const html = link.matches(OPENERS) && ahead.get(link.getAttribute("hx-get"));
  if (!html) return;
  event.preventDefault();
  ahead.delete(link.getAttribute("hx-get"));
  hold(link.closest(".message-row"));
  history.pushState({ htmx: true }, "", link.href);
  const eventInfo = { target: pane, requestConfig: { elt: link } };
  htmx.swap(pane, html, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }, { eventInfo });
});

// Sets the zoom of a message's picture.
pane.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zoom]");
  if (!button?.matches("button")) return;
  for (const each of button.parentElement.children) each.setAttribute("aria-pressed", String(each === button));
  pane.querySelector(".letter-picture").dataset.zoom = button.dataset.zoom;
});

// Shows only the rows of a table that contain the typed text.
pane.addEventListener("input", (event) => {
  const rows = event.target.dataset.filters && document.getElementById(event.target.dataset.filters);
  if (!rows) return;
  const wanted = event.target.value.trim().toLowerCase();
  let shown = 0;
  for (const row of rows.rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    shown += !row.hidden;
  }
  document.getElementById(`${rows.id}-none`).hidden = shown > 0;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog")) return;
  if (event.key === "J") stepMessage(1);
  else if (event.key === "K") stepMessage(-1);
  else if (event.key === "[") stepTab(-1);
  else if (event.key === "]") stepTab(1);
  else if (event.key === "Escape" && !document.querySelector("[popover]:popover-open")) {
    pane.querySelector("[data-closes-pane]")?.click();
  } else return;
  event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const opener = event.detail.requestConfig?.elt;
  if (event.detail.target === pane && opener?.matches(OPENERS)) hold(opener.closest(".message-row"));
});

document.addEventListener("htmx:afterSettle", (event) => {
  markRow();
  if (event.detail.target.matches(".mail-bar [hx-preserve]")) fetchAhead();
  if (event.detail.target !== pane) return;
  showTab();
  watchPicture();
  const opener = event.detail.requestConfig?.elt;
  if (opener?.matches(OPENERS)) {
    settle();
    // Leave the focus alone if the user already typed into the pane.
    if (!pane.contains(document.activeElement)) pane.querySelector(".mail-subject")?.focus({ preventScroll: true });
    if (matchMedia("(width < 72rem)").matches) scrollTo({ top: 0, behavior: "instant" });
    fetchAhead();
  }
});

function showTab() {
  pane.querySelector(".tab[aria-current]")?.scrollIntoView({ inline: "nearest", block: "nearest" });
}

// Watches the loading of the picture. If it fails, `explain` fetches the reason as a fragment from the same URL.
function watchPicture() {
  const image = pane.querySelector("[data-picture-image]");
  if (!image || image.complete) {
    if (image && !image.naturalWidth) explain(image);
    return;
  }
  const frame = image.closest("[data-picture]");
  frame.dataset.loading = "";
  image.addEventListener("load", () => delete frame.dataset.loading, { once: true });
  image.addEventListener("error", () => explain(image), { once: true });
}

// A picture that is still being drawn is asked for again when the answer says so, for as long as somebody looks at it.
const DRAWN_WITHIN_MILLISECONDS = 60_000;

async function explain(image) {
  const frame = image.closest("[data-picture]");
  const failed = frame.querySelector(".letter-failed");
  const end = Date.now() + DRAWN_WITHIN_MILLISECONDS;
  frame.dataset.loading = "";
  let answer;
  for (;;) {
    answer = await fetch(image.src, { headers: { "HX-Request": "true" } });
    const wait = Number(answer.headers.get("Retry-After"));
    if (answer.status !== 202 || Date.now() > end || !image.isConnected) break;
    await new Promise((resume) => setTimeout(resume, (wait || 1) * 1000));
  }
  delete frame.dataset.loading;
  if (answer.status === 200) {
    // It is kept by now. The policy of the page lets no other address be shown, such as that of a blob.
    image.src = `${image.src}`;
    return;
  }
  failed.querySelector("[data-picture-problem]").innerHTML = await answer.text();
  failed.querySelector(`a[href="${new URL(image.src).pathname}"]`)?.setAttribute("href", location.href);
  image.hidden = true;
  failed.hidden = false;
}

showTab();
watchPicture();
