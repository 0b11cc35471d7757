// Says that scripts run, and shows what to do when an answer does not come.

document.documentElement.dataset.scripts = "";

document.addEventListener("htmx:sendError", (event) => {
  const notice = document.getElementById("offline-notice");
  const target = event.detail.target;
  if (notice && target) {
    target.replaceChildren(notice.content.cloneNode(true));
  }
});

// Once a job has been made of a selection, the selection has done its work.
const sent = sessionStorage.getItem("selection-sent");
if (sent && document.getElementById("job-progress") && new URL(document.referrer || location).pathname === "/jobs/confirm/") {
  sessionStorage.removeItem(sent);
  sessionStorage.removeItem("selection-sent");
}
