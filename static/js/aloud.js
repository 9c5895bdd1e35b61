// Reads a text aloud with the voice of the browser, where it has one; and keeps the second tap of a hasty finger from
// answering the next statement.
"use strict";

const voice = window.speechSynthesis;
document.querySelectorAll("[data-say]").forEach((button) => {
  button.hidden = !voice;
  button.addEventListener("click", () => {
    voice.cancel();
    const words = new SpeechSynthesisUtterance(button.dataset.say);
    words.lang = "nl-NL";
    words.rate = 0.9;
    words.voice = voice.getVoices().find((each) => each.lang.replace("_", "-") === "nl-NL") ?? null;
    voice.speak(words);
  });
});
window.addEventListener("pagehide", () => voice?.cancel());

// Meant to be shorter than anybody can read a statement, and longer than a double tap.
const QUIET = 400;
let shownAt = Date.now();
let isSent = false;
window.addEventListener("pageshow", () => {
  shownAt = Date.now();
  isSent = false;
});
document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (isSent || Date.now() - shownAt < QUIET) event.preventDefault();
    else isSent = true;
  });
});
