// Completes the rows of the list: what a script can tell from a row is not repeated in the HTML of each. That is its id,
// the link to act on it, roles (the layout of narrow screens takes them away), and tooltips.

const ROLES = { "row-subject": "rowheader" };

// Returns an id as a path segment, as the server writes it: what could be read as part of the path is encoded twice.
function segment(id) {
  const once = /^\.{1,2}$/.test(id)
    ? id.replaceAll(".", "%2E")
    : encodeURIComponent(id).replace(/%(?:3A|40|24|26|2B|2C|3B|3D|20)/g, decodeURIComponent);
  return encodeURIComponent(once).replaceAll("%3A", ":");
}

// Returns the URL of the row's message, or of a page below it, such as "act/".
export function messageUrl(row, below = "") {
  const base = row.closest("[data-messages]").dataset.messages;
  const report = row.hasAttribute("data-report") ? "?report=1" : "";
  return `${base}${segment(row.dataset.id)}/${below}${report}`;
}

function complete(row, acting) {
  const link = row.querySelector(".row-link");
  const name = link.querySelector(".muted") ? "the message without subject" : link.textContent;
  row.dataset.id = new URL(link.href).searchParams.get("message");
  const cell = acting.content.firstElementChild.cloneNode(true);
  cell.firstElementChild.href = messageUrl(row, "act/");
  cell.querySelector(".visually-hidden").textContent = `Act on ${name}`;
  row.append(cell);
  row.setAttribute("role", "row");
  for (const each of row.cells) each.setAttribute("role", ROLES[each.className] ?? "cell");
  htmx.process(row);
}

function completeAll() {
  const acting = document.getElementById("row-act");
  for (const row of document.querySelectorAll(".message-row:not([role])")) complete(row, acting);
}

completeAll();
for (const type of ["htmx:oobAfterSwap", "htmx:afterSwap"]) document.addEventListener(type, completeAll);

// A cell tells in full what its width cuts off, and a time tells UTC.
document.addEventListener("pointerover", (event) => {
  const cell = event.target.closest(".message-row td");
  if (!cell || cell.title || cell.querySelector("input, .row-act-link, .row-team")) return;
  const time = cell.querySelector("time");
  cell.title = time ? `${time.dateTime.replace("T", " ").replace("Z", "")} UTC` : cell.innerText;
});
