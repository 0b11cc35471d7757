// Keyboard control of tables whose rows are [data-row]: j and k move, Enter opens, d deals with the row's mail.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.activeElement?.closest("[data-row]");

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.querySelector(".row-link").focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest(`${TYPING}, dialog`) || document.querySelector("[popover]:popover-open:not(nav)")) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "d" && current()) current().querySelector(".deal button")?.click();
  else return;
  event.preventDefault();
});
