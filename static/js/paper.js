// Typing a list over from paper: a letter sets the row and the cursor goes on. Saving keeps the page until it worked, so
// that nothing that was typed is lost without a line or after being signed out. Without this they are plain choices.
"use strict";

let isTouched = false;
const rowsOf = (form) => [...form.querySelectorAll(".entry-row")];

const goTo = (row) => {
  const choices = row.querySelectorAll("input[type=radio]");
  ([...choices].find((choice) => choice.checked) ?? choices[0]).focus();
  row.scrollIntoView({ block: "nearest" });
};

const move = (row, step) => {
  const form = row.closest("form");
  const rows = rowsOf(form);
  const next = rows[rows.indexOf(row) + step];
  if (next) goTo(next);
  else if (step > 0) form.querySelector("#entry-save").focus();
};

const STEPS = { ArrowUp: -1, ArrowDown: 1, Enter: 1, Backspace: -1 };

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const row = target.matches?.(".entry-row input[type=radio]") ? target.closest(".entry-row") : null;
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const choice = row.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (choice) {
    choice.checked = true;
    isTouched = true;
  } else if (!(key in STEPS)) return;
  event.preventDefault();
  move(row, STEPS[key] ?? 1);
});

document.addEventListener("change", (event) => {
  if (event.target.closest(".entry")) isTouched = true;
});

const say = (kind) => {
  const notice = document.getElementById("entry-lost");
  notice.hidden = !kind;
  notice.querySelectorAll("[data-kind]").forEach((line) => {
    line.hidden = line.dataset.kind !== kind;
  });
};

const pageIn = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const isSignIn = (answer) => answer.redirected && new URL(answer.url).pathname === document.body.dataset.signIn;

// Signed in again in another window: the token of this page is too old, or somebody else sits here now.
const renewToken = async (form) => {
  const answer = await fetch(window.location.href);
  if (!answer.ok) return answer.status === 403 || answer.status === 404 ? "refused" : "line";
  if (isSignIn(answer)) return "signed-out";
  const page = await pageIn(answer);
  if (page.documentElement.dataset.user !== document.documentElement.dataset.user) return "other";
  const token = page.querySelector("[name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return "again";
};

const send = async (form) => {
  const options = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } };
  const answer = await fetch(window.location.href, { ...options, signal: AbortSignal.timeout(20000) });
  if (isSignIn(answer)) return "signed-out";
  if (answer.status === 403) return renewToken(form);
  if (!answer.ok) return "line";
  isTouched = false;
  const done = answer.headers.get("HX-Redirect");
  if (done) {
    window.location.assign(done);
    return "";
  }
  // What was not saved comes back with a question.
  document.getElementById("main").replaceWith((await pageIn(answer)).getElementById("main"));
  isTouched = true;
  document.querySelector(".error-summary")?.focus();
  return "";
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "entry") return;
  event.preventDefault();
  const button = form.querySelector("#entry-save");
  if (button.disabled) return;
  button.disabled = true;
  say("");
  let problem = "line";
  try {
    problem = await send(form);
  } catch {
    // No line: said below, and tried again by hand.
  }
  button.disabled = false;
  if (problem) {
    say(problem);
    document.getElementById("entry-lost").scrollIntoView({ block: "center" });
  }
});

window.addEventListener("beforeunload", (event) => {
  if (isTouched) event.preventDefault();
});

const first = document.querySelector(".entry-row");
if (first && !document.querySelector(".error-summary")) goTo(first);
