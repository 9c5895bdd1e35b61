/* The board of a week: arrow keys go from cell to cell, a tap shows who is there beside it, and a name that is dropped on
   another cell leads to the page that asks about it. Without this every cell is a link, and every name has its button. */

const board = document.querySelector("[data-board]");
const beside = document.querySelector("#board-cell");
const wide = matchMedia("(min-width: 70rem)");

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function linkFrom(row, column, [down, right]) {
  const rows = [...board.querySelectorAll("tbody tr")];
  let at = rows.indexOf(row);
  let cell = column;
  while (rows[at] && rows[at].cells[cell]) {
    at += down;
    cell += right;
    const link = rows[at]?.cells[cell]?.querySelector("a");
    if (link) return link;
  }
  return null;
}

board?.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const cell = event.target.closest("td, th");
  if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = linkFrom(cell.parentElement, cell.cellIndex, step);
  if (link) {
    event.preventDefault();
    link.focus();
  }
});

/* --- Who is there, beside the board ------------------------------------------------------------------------------- */

let opener = null;

async function show(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (link !== opener) return; // somebody was quicker with another cell
  const part = page.querySelector("#slot");
  if (!answer.ok || answer.redirected || !part) {
    location.assign(link.href);
    return;
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-link board-close";
  close.textContent = "Sluit";
  close.addEventListener("click", () => {
    beside.hidden = true;
    opener.removeAttribute("aria-current");
    opener.focus();
  });
  beside.replaceChildren(close, document.importNode(part, true));
  for (const row of beside.querySelectorAll("[data-move]")) row.draggable = true;
  beside.hidden = false;
  board.querySelector("a[aria-current]")?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  // The board is narrower now: what was chosen stays in sight.
  beside.scrollTop = 0;
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
  const heading = beside.querySelector("h1, h2");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

board?.addEventListener("click", (event) => {
  const link = event.target.closest("td[data-slot] a");
  if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener = link;
  show(link).catch(() => location.assign(link.href));
});

beside?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") beside.querySelector(".board-close").click();
});

/* --- Dragging: only another way to the same page -------------------------------------------------------------------- */

let dragged = null;

beside?.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-move]") ?? null;
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  board.classList.add("is-target");
});

beside?.addEventListener("dragend", () => {
  dragged = null;
  board.classList.remove("is-target");
});

board?.addEventListener("dragover", (event) => {
  if (dragged && event.target.closest("td[data-slot]")) event.preventDefault();
});

board?.addEventListener("drop", (event) => {
  const cell = event.target.closest("td[data-slot]");
  if (!dragged || !cell) return;
  event.preventDefault();
  const asked = new URLSearchParams({ slots: cell.dataset.slot, start: cell.dataset.day });
  location.assign(`${dragged.dataset.move}?${asked}`);
});
