// Writing a note: htmx keeps the draft while somebody types. Here is what it cannot know: that the window closes, or
// that somebody was signed out or lost the line in the meantime. Then the words stay on the screen until they can be
// kept again.
"use strict";

const note = document.getElementById("note");
const signedOut = document.getElementById("signed-out");
const noLine = document.getElementById("no-line");
let isTouched = false;
let isSent = false;

note.addEventListener("input", () => {
  isTouched = true;
});

// A page that cannot be reached takes the words along: they go to the server as a draft first, and only then the note.
const keepFirst = async (button) => {
  const options = { method: "POST", body: new FormData(note), headers: { "HX-Request": "true" } };
  try {
    const answer = await fetch(note.dataset.hxPost, { ...options, signal: AbortSignal.timeout(10000) });
    if (answer.redirected || answer.status === 403) signedOut.hidden = false;
    else if (!answer.ok) throw new Error(answer.status);
  } catch {
    lost();
  }
  isSent = signedOut.hidden && noLine.hidden;
  if (isSent) {
    note.action = button?.formAction ?? window.location.href;
    note.submit();
  } else {
    (signedOut.hidden ? noLine : signedOut).scrollIntoView({ block: "center" });
    if (!signedOut.hidden) goOn();
  }
};

// Keeping the note, or throwing the draft away: nothing is kept after that.
document.addEventListener("submit", (event) => {
  if (event.target === note) {
    event.preventDefault();
    if (isSent) return;
    if (signedOut.hidden) {
      noLine.hidden = true;
      keepFirst(event.submitter);
    } else {
      signedOut.scrollIntoView();
      return;
    }
  }
  isSent = true;
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

// Without a line: said where one types, and tried again until the words are kept.
const tryAgain = () => note.dispatchEvent(new Event("input", { bubbles: true }));
const lost = () => {
  noLine.hidden = false;
  document.getElementById("draft-status").replaceChildren();
  setTimeout(tryAgain, 5000);
};
note.addEventListener("htmx:error", lost);
window.addEventListener("online", () => {
  if (!noLine.hidden) tryAgain();
});
window.addEventListener("beforeunload", (event) => {
  if (!noLine.hidden) event.preventDefault();
});

// Back from signing in elsewhere, as the same person: go on with the words that stand here.
const goOn = async () => {
  const answer = await fetch(window.location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("note");
  if (page?.dataset.author !== note.dataset.author) return;
  note.elements.csrfmiddlewaretoken.value = page.elements.csrfmiddlewaretoken.value;
  signedOut.hidden = true;
  tryAgain();
};

// app.js would load the page again, and what was typed last would be gone.
const stay = (event) => {
  event.preventDefault();
  event.stopPropagation();
  signedOut.hidden = false;
};
note.addEventListener("htmx:before:response", (event) => {
  const response = event.detail.ctx.response.raw;
  noLine.hidden = true;
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
