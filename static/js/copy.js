// Copies the value of a button's data-copy to the clipboard, and shows "Copied" for a moment.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.dataset.copied = "";
  button.querySelector("[role=status]").textContent = "Copied";
  setTimeout(() => {
    delete button.dataset.copied;
    button.querySelector("[role=status]").textContent = "";
  }, 1500);
});
