// A tap that was not saved says so in its own row, which keeps what was there before.
"use strict";

const showProblem = (event, kind) => {
  const row = event.target.closest?.(".register-row");
  if (!row) return;
  const problem = row.querySelector(".register-problem");
  problem.textContent = row.closest(".register-rows").dataset[kind];
  problem.hidden = false;
};

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  showProblem(event, status === 403 || status === 404 ? "refused" : "failed");
});
document.addEventListener("htmx:error", (event) => showProblem(event, "failed"));

// The button that empties a row goes with what it emptied; the focus stays in the row.
document.addEventListener("htmx:after:swap", (event) => {
  if (document.activeElement === document.body) {
    event.target.closest(".register-row")?.querySelector(".status-set button").focus();
  }
});
