// Writing a note: htmx keeps the draft while somebody types. Here is what it cannot know: that the window closes, or
// that somebody was signed out in the meantime. Then the words stay on the screen until they can be kept again.
"use strict";

const note = document.getElementById("note");
const signedOut = document.getElementById("signed-out");
let isTouched = false;
let isSent = false;

note.addEventListener("input", () => {
  isTouched = true;
});

// Keeping the note, or throwing the draft away: nothing is kept after that.
document.addEventListener("submit", (event) => {
  if (event.target === note && !signedOut.hidden) {
    event.preventDefault();
    signedOut.scrollIntoView();
  } else {
    isSent = true;
  }
});
window.addEventListener("pageshow", () => {
  isSent = false;
});
note.addEventListener("htmx:before:request", (event) => {
  if (isSent || !isTouched) event.preventDefault();
});

// The last words, typed within a second of closing the window.
window.addEventListener("pagehide", () => {
  if (isTouched && !isSent) navigator.sendBeacon(note.dataset.hxPost, new FormData(note));
});

// Back from signing in elsewhere, as the same person: go on with the words that stand here.
const goOn = async () => {
  const answer = await fetch(window.location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("note");
  if (page?.dataset.author !== note.dataset.author) return;
  note.elements.csrfmiddlewaretoken.value = page.elements.csrfmiddlewaretoken.value;
  signedOut.hidden = true;
  note.dispatchEvent(new Event("input", { bubbles: true }));
};

// app.js would load the page again, and what was typed last would be gone.
const stay = (event) => {
  event.preventDefault();
  event.stopPropagation();
  signedOut.hidden = false;
};
note.addEventListener("htmx:before:response", (event) => {
  const response = event.detail.ctx.response.raw;
  if (response.redirected && new URL(response.url).pathname === document.body.dataset.signIn) stay(event);
});
// Signed in again meanwhile, in another window: the token of this page is too old.
note.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status !== 403) return;
  stay(event);
  goOn();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !signedOut.hidden) goOn();
});
