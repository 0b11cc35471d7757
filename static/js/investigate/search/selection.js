// Keeps the selection while the user pages through the list. The ids are stored for this browser tab under the search
// that they were selected in. The form also posts the ids that were selected on other pages.

const results = () => document.getElementById("results");
const key = () => `selection:${results()?.dataset.scope ?? ""}`;
const boxes = () => [...document.querySelectorAll(".message-row input[name=ids]")];

const read = () => new Set(JSON.parse(sessionStorage.getItem(key()) ?? "[]"));

function write(ids) {
  if (ids.size) sessionStorage.setItem(key(), JSON.stringify([...ids]));
  else sessionStorage.removeItem(key());
}

function show() {
  const form = document.getElementById("selection");
  if (!form) return;
  const ids = read();
  let here = 0;
  for (const box of boxes()) {
    box.checked = ids.has(box.value);
    here += box.checked;
  }
  form.toggleAttribute("data-has-selection", ids.size > 0);
  const page = form.querySelector("[data-selects-page]");
  if (!page) return;
  page.checked = here > 0 && here === boxes().length;
  page.indeterminate = here > 0 && here < boxes().length;
  form.querySelector("[data-selected-count]").textContent = ids.size.toLocaleString("en");
  const elsewhere = ids.size - here;
  form.querySelector("[data-selected-elsewhere]").textContent = elsewhere ? `, ${elsewhere} on other pages` : "";
}

let last = null;

function toggle(box, withRange) {
  const ids = read();
  const all = boxes();
  const range = withRange && all.includes(last) ? between(all, last, box) : [box];
  for (const each of range) {
    if (box.checked) ids.add(each.value);
    else ids.delete(each.value);
  }
  last = box;
  write(ids);
  show();
}

function between(all, first, second) {
  const [from, to] = [all.indexOf(first), all.indexOf(second)].sort((one, other) => one - other);
  return all.slice(from, to + 1);
}

document.addEventListener("click", (event) => {
  if (event.target.matches(".message-row input[name=ids]")) toggle(event.target, event.shiftKey);
  if (event.target.matches("[data-selects-page]")) {
    const ids = read();
    for (const box of boxes()) {
      if (event.target.checked) ids.add(box.value);
      else ids.delete(box.value);
    }
    write(ids);
    show();
  }
  if (event.target.closest("[data-clears-selection]")) {
    write(new Set());
    show();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.id !== "selection" || event.submitter?.matches("[data-selects-all]")) return;
  sessionStorage.setItem("selection-sent", key());
  const here = new Set(boxes().map((box) => box.value));
  for (const old of event.target.querySelectorAll("[data-from-other-page]")) old.remove();
  for (const id of read()) {
    if (here.has(id)) continue;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "ids", value: id });
    field.dataset.fromOtherPage = "";
    event.target.append(field);
  }
});

document.addEventListener("htmx:afterSettle", show);
addEventListener("pageshow", show);
show();
