// Marks the page as running scripts, and shows the offline notice when a request can't be sent.

document.documentElement.dataset.scripts = "";

document.addEventListener("htmx:sendError", (event) => {
  const notice = document.getElementById("offline-notice");
  const target = event.detail.target;
  if (notice && target) {
    target.replaceChildren(notice.content.cloneNode(true));
  }
});

// Forgets the selection after a job was started on it.
const sent = sessionStorage.getItem("selection-sent");
if (sent && document.getElementById("job-progress") && new URL(document.referrer || location).pathname === "/jobs/confirm/") {
  sessionStorage.removeItem(sent);
  sessionStorage.removeItem("selection-sent");
}
