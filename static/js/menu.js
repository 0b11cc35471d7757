// Menus are <details> elements. Only one is open at a time. A click elsewhere or Escape closes it.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
  event.stopImmediatePropagation();
});

// The navigation by keys: w goes to it, on a phone it opens; arrows, Home and End go from entry to entry.

const nav = document.getElementById("nav");
const entries = () => [...nav.querySelectorAll(".nav-item")].filter((entry) => entry.checkVisibility());

document.addEventListener("keydown", (event) => {
  if (!nav || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "w" && !event.target.closest("input, textarea, select, [contenteditable], dialog")) {
    if (!nav.checkVisibility()) nav.showPopover();
    (nav.querySelector(".nav-item[aria-current]") ?? entries()[0])?.focus();
    event.preventDefault();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  const from = entries().indexOf(event.target.closest(".nav-item"));
  if (step === undefined || from < 0) return;
  const all = entries();
  all[Math.min(all.length - 1, Math.max(0, from + step))].focus();
  event.preventDefault();
});
