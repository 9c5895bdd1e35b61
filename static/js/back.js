// Back by the browser itself, which still knows what was typed; the link loads the page anew.
"use strict";

document.querySelector("[data-back]").addEventListener("click", (event) => {
  if (history.length < 2) return;
  event.preventDefault();
  history.back();
});
