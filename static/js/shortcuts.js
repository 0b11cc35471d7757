// Keyboard shortcuts. ? shows the list of shortcuts. Any other key activates the control whose data-key names it.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest(TYPING)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?") {
    document.getElementById("shortcuts")?.togglePopover();
  } else {
    const within = document.querySelector("dialog:modal") ?? document;
    const control = [...within.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((found) =>
      found.checkVisibility(),
    );
    if (!control) return;
    if (control.matches(TYPING)) {
      control.focus();
      control.select?.();
    } else {
      control.click();
    }
  }
  event.preventDefault();
});
