// A tap in a register: shown at once, kept on this tablet, and sent as soon as there is a line (queue.js). Without this
// script every button is a form of its own.
"use strict";

const POLL_EVERY = 10000;
const UNDO_FOR = 10000;
const NAMES = ["status", "reason", "arrived_at", "left_at", "job"];
const WORDS = { PRESENT: "aanwezig", EXCUSED: "afgemeld", NO_SHOW: "niet afgemeld", OPEN: "niet ingevuld" };
const DETAILS = { PRESENT: ["arrived_at", "left_at", "job"], EXCUSED: ["reason"], NO_SHOW: [], OPEN: [] };

const block = () => document.getElementById("register-rows");
const rowOf = (person) => document.getElementById(`p-${person}`);
const rows = () => [...document.querySelectorAll(".register-row")];
const said = document.getElementById("register-said");
const undoAll = document.getElementById("undo-all");
// The clock of a tablet may be wrong: what counts is ours, as it was when the page came.
const late = Number(block()?.dataset.now ?? Date.now()) - Date.now();
let waiting = [];
// Tapped and shown, but not yet on the disk of this tablet: by key.
const keeping = new Map();
const pendingOf = (person) => [...waiting.filter((mark) => mark.state === "waiting"), ...keeping.values()].filter((mark) => mark.person === person).at(-1);

// --- A value: what hangs on a row, as attributes ------------------------------------------------------------------

const valueOf = (element) => Object.fromEntries(NAMES.map((name) => [name, element.dataset[name] || null]));
const same = (one, other) => NAMES.every((name) => (one[name] ?? null) === (other[name] ?? null));
const setValue = (element, value) => NAMES.forEach((name) => { element.dataset[name] = value[name] ?? ""; });

// A detail that does not belong to the status goes; one that does stays, unless another was given.
const madeOf = (before, given) => {
  const value = { status: given.status, reason: null, arrived_at: null, left_at: null, job: null };
  for (const name of DETAILS[given.status]) {
    value[name] = name in given ? given[name] : before.status === given.status ? before[name] : null;
  }
  return value;
};

// --- Showing -------------------------------------------------------------------------------------------------------

const paint = (row, value) => {
  const before = valueOf(row);
  if (!same(before, value)) {
    const back = row.querySelector("button[name=undo]");
    if (back) {
      setValue(back, before);
      back.hidden = before.status === "OPEN";
      back.querySelector("span").textContent = before.status === value.status ? "Maak de laatste wijziging ongedaan" : `Terug naar ${WORDS[before.status]}`;
    }
  }
  setValue(row, value);
  row.classList.toggle("is-open", value.status === "OPEN" && row.dataset.planned === "yes");
  row.querySelectorAll("[data-for]").forEach((part) => { part.hidden = part.dataset.for !== value.status; });
  row.querySelectorAll("[data-not-for]").forEach((part) => { part.hidden = part.dataset.notFor === value.status; });
  row.querySelectorAll("[aria-pressed]").forEach((button) => {
    button.setAttribute("aria-pressed", value[button.name] === (button.dataset.value ?? button.value));
  });
  row.querySelectorAll("[data-detail]").forEach((part) => {
    part.hidden = !value[part.dataset.detail];
    part.lastElementChild.textContent = value[part.dataset.detail] ?? "";
  });
  ["arrived_at", "left_at"].forEach((name) => {
    const input = row.querySelector(`input[name=${name}]`);
    if (input) input.value = value[name] ?? "";
  });
};

const say = (row, words, kind) => {
  const place = row.querySelector("[data-saved]");
  place.hidden = !words;
  place.classList.toggle("is-waiting", kind === "waiting");
  place.querySelector("use").setAttribute("href", place.querySelector("use").getAttribute("href").replace(/#.*/, kind === "sent" ? "#check" : "#circle"));
  place.lastElementChild.textContent = words;
};

const clock = (at) => new Date(at).toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" });

const count = () => {
  const counts = { PRESENT: 0, EXCUSED: 0, NO_SHOW: 0, OPEN: 0 };
  const listed = rows().filter((row) => row.dataset.planned === "yes" || row.dataset.status !== "OPEN");
  listed.forEach((row) => { counts[row.dataset.status] += 1; });
  document.querySelectorAll("[data-count]").forEach((place) => { place.textContent = counts[place.dataset.count]; });
  const progress = document.getElementById("register-progress");
  if (progress && listed.length) progress.textContent = `${listed.length - counts.OPEN} van ${listed.length} ingevuld`;
};

// What a colleague made of the row: "afgemeld, verstuurd 09:12 door Joke".
const standing = (row) => {
  const saved = row.querySelector("[data-saved]");
  return [WORDS[row.dataset.status], saved.hidden ? "" : saved.textContent.trim()].filter(Boolean).join(", ");
};

const ask = (row, mark) => {
  const choice = row.querySelector(".register-choice");
  const problem = row.querySelector(".register-problem");
  if (!choice) return;
  // Asked when what the colleague made of it stands there.
  const isCollision = mark?.state === "collision" && !row.dataset.stale;
  choice.hidden = !isCollision;
  choice.dataset.id = mark?.id ?? "";
  if (isCollision) choice.querySelector("p").textContent = `Er staat nu: ${standing(row)}. Jij tikte om ${clock(mark.at)}: ${WORDS[mark.value.status]}.`;
  problem.hidden = mark?.state !== "refused";
  if (mark?.state === "refused") {
    problem.textContent = `Niet opgeslagen: ${WORDS[mark.value.status]}, ${clock(mark.at)}. ${markQueue.sentenceOf(mark) ?? "Tik nog een keer om te zien waarom."}`;
  }
};

// The rows as they are here: what the server gave, and on top of that what still waits on this tablet.
const overlay = () => {
  for (const row of rows()) {
    const own = waiting.filter((mark) => mark.person === row.dataset.person);
    const pending = pendingOf(row.dataset.person);
    if (pending) {
      paint(row, pending.value);
      row.dataset.version = Math.max(Number(row.dataset.version), pending.seen + 1);
      say(row, keeping.has(pending.key) ? "bewaren…" : "op deze tablet", "waiting");
    }
    ask(row, own.find((mark) => mark.state !== "waiting"));
  }
  count();
};

// --- Tapping -------------------------------------------------------------------------------------------------------

// As crypto.randomUUID, which browsers keep for addresses with https.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const markOf = (row, value, polite = false) => ({
  key: newKey(),
  ticket: block().dataset.ticket,
  session: Number(block().dataset.session),
  user: Number(block().dataset.user),
  person: row.dataset.person,
  at: Date.now() + late,
  seen: Number(row.dataset.version),
  polite,
  value,
  state: "waiting",
});

const kept = (marks) => marks.forEach(({ key }) => keeping.delete(key));

// Painted first, kept next: a finger gets its answer within a frame.
const record = (changes, polite = false) => {
  const marks = [];
  for (const [row, value] of changes) {
    const mark = markOf(row, value, polite);
    if (same(valueOf(row), value)) continue;
    paint(row, value);
    say(row, "bewaren…", "waiting");
    row.dataset.version = mark.seen + 1;
    marks.push(mark);
    keeping.set(mark.key, mark);
  }
  count();
  if (!marks.length) return Promise.resolve();
  // No room to keep anything: then nothing is shown that may get lost.
  return markQueue.add(marks).then(() => kept(marks), () => window.location.reload());
};

const givenBy = (row, button) => {
  const { name, value } = button;
  if (name === "undo") return valueOf(button);
  const before = valueOf(row);
  // A second tap on a reason or a job takes it off again.
  const other = before[name] === button.dataset.value ? null : button.dataset.value;
  if (name === "reason") return madeOf(before, { status: "EXCUSED", reason: other });
  if (name === "job") return madeOf(before, { status: "PRESENT", job: other });
  if ("times" in button.dataset) {
    const times = [...row.querySelectorAll("input[type=time]")].map((input) => [input.name, input.value || null]);
    return madeOf(before, { status: "PRESENT", ...Object.fromEntries(times) });
  }
  return madeOf(before, { status: value });
};

document.addEventListener("submit", (event) => {
  const row = event.target.closest(".register-row");
  if (!row || !event.submitter || !window.indexedDB) return;
  event.preventDefault();
  // A new tap is the answer to what was asked about an earlier one.
  const asked = waiting.filter((mark) => mark.person === row.dataset.person && mark.state !== "waiting");
  if (asked.length) markQueue.remove(asked.map((mark) => mark.id));
  const value = givenBy(row, event.submitter);
  record([[row, value]]);
  said.textContent = `${row.querySelector(".register-name").firstChild.textContent.trim()}: ${WORDS[value.status]}`;
  row.querySelector("[popover]:popover-open")?.hidePopover();
});

// Enter in a time keeps the times, and is no tap on the first button of the row.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "time") return;
  const button = event.target.closest(".register-row")?.querySelector("[data-times]");
  if (!button) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-choice]");
  if (!choice) return;
  const row = choice.closest(".register-row");
  const id = Number(choice.closest(".register-choice").dataset.id);
  const mark = waiting.find((each) => each.id === id);
  if (choice.dataset.choice === "change" && mark) record([[row, mark.value]]);
  markQueue.remove([id]);
});

// --- Everyone present, and back ------------------------------------------------------------------------------------

document.getElementById("mark-all-form")?.addEventListener("submit", (event) => {
  if (!window.indexedDB) return;
  event.preventDefault();
  const open = rows().filter((row) => row.classList.contains("is-open"));
  const before = open.map((row) => [row, valueOf(row)]);
  record(open.map((row) => [row, madeOf(valueOf(row), { status: "PRESENT" })]), true);
  said.textContent = open.length ? `${open.length} op aanwezig gezet.` : "Iedereen was al ingevuld.";
  if (!open.length) return;
  const versions = new Map(open.map((row) => [row.id, row.dataset.version]));
  const hideUndo = () => {
    if (document.activeElement === undoAll) document.getElementById("mark-all").focus({ preventScroll: true });
    undoAll.hidden = true;
  };
  undoAll.hidden = false;
  undoAll.onclick = () => {
    hideUndo();
    const same = before.map(([row, value]) => [document.getElementById(row.id), value]).filter(([row]) => row && row.dataset.version === versions.get(row.id));
    record(same, true);
    said.textContent = `${same.length} weer zoals het was.`;
  };
  setTimeout(hideUndo, UNDO_FOR);
});

// --- What others did -----------------------------------------------------------------------------------------------

const signedOut = document.getElementById("signed-out");
let isAsking = false;
let mustAskAgain = false;

// Rows that are the same as before stay, with the finger that is on them. Their token is another one every time.
const known = new Map();
const htmlOf = (row) => row.outerHTML.replace(/<input[^>]*csrfmiddlewaretoken[^>]*>/, "");
const remember = () => rows().forEach((row) => known.set(row.id, htmlOf(row)));

const place = (fresh) => {
  const now = block();
  const isNew = [...fresh.querySelectorAll(".register-row")].some((row) => !document.getElementById(row.id));
  const isGone = rows().some((row) => !fresh.querySelector(`#${CSS.escape(row.id)}`));
  if (isNew || isGone) {
    now.replaceWith(fresh);
    remember();
    return;
  }
  Object.assign(now.dataset, fresh.dataset);
  fresh.querySelectorAll(".register-row").forEach((row) => {
    const html = htmlOf(row);
    const old = document.getElementById(row.id);
    if (known.get(row.id) === html && old.dataset.version === row.dataset.version && !old.dataset.stale) return;
    // Written before a tap of ours arrived: versions only grow.
    const isOlder = Number(row.dataset.version) < Number(old.dataset.version) && !old.dataset.stale;
    if (pendingOf(row.dataset.person) || isOlder || old.querySelector(":popover-open")) {
      now.dataset.stand = "";
      return;
    }
    const focused = document.activeElement?.closest(".register-row") === old ? document.activeElement.id : "";
    known.set(row.id, html);
    old.replaceWith(row);
    if (focused) document.getElementById(focused)?.focus();
  });
};

// Taps go past the session: so what the page asks by itself keeps somebody signed in when the tablet was just touched.
const TOUCHED = 60000;
const aboutUs = () => (Date.now() - Number((localStorage.getItem("touched") ?? "").split(" ")[1]) < TOUCHED ? {} : { "Pluspunt-By-Itself": "yes" });

const refresh = async ({ force = false } = {}) => {
  if (!block() || document.documentElement.classList.contains("is-locked")) return;
  if (isAsking) {
    mustAskAgain ||= force;
    return;
  }
  isAsking = true;
  try {
    const { url, stand } = block().dataset;
    const mustSee = force || document.querySelector(".register-row[data-stale]");
    const answer = await fetch(mustSee ? url : `${url}?stand=${encodeURIComponent(stand)}`, { redirect: "manual", cache: "no-store", headers: aboutUs(), signal: AbortSignal.timeout(15000) });
    signedOut.hidden = answer.type !== "opaqueredirect";
    if (answer.status === 200) {
      place(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("register-rows"));
      overlay();
    }
  } catch {
    // Without a line: the next time.
  } finally {
    isAsking = false;
  }
  if (mustAskAgain) {
    mustAskAgain = false;
    refresh({ force: true });
  }
};

markQueue.hear((marks, answers) => {
  const session = Number(block()?.dataset.session);
  waiting = marks.filter((mark) => mark.session === session);
  kept(marks);
  let mustAsk = false;
  for (const { session: where, person, at, seen, answer, user } of answers) {
    const row = where === session && rowOf(person);
    if (!row || !answer) continue;
    const isLast = !pendingOf(person);
    if (answer.outcome === "SAVED" && isLast) {
      row.dataset.version = answer.version;
      if (row.dataset.status === "OPEN") say(row, row.dataset.planned === "yes" ? "nog niet ingevuld" : "", "open");
      else say(row, `verstuurd ${clock(at)}${String(user) === block().dataset.user ? "" : " door een collega"}`, "sent");
    } else if (answer.outcome !== "SAVED") {
      if (answer.outcome === "PARKED") said.textContent = "Dit kwam te laat binnen. De coördinator beslist erover.";
      // What the next tap is made of is what was seen before this one.
      if (isLast) row.dataset.version = seen;
      row.dataset.stale = "yes";
      mustAsk = true;
    }
  }
  overlay();
  if (mustAsk) refresh({ force: true });
});

if (block()) {
  remember();
  // What the page before this one sent may be newer than what we were given.
  setTimeout(refresh, 1000);
  setInterval(() => { if (document.visibilityState === "visible") refresh(); }, POLL_EVERY);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });
}

// What is not a tap in a row (searching, counting heads) works with htmx, which comes at the first touch of it.
const fetchHtmx = (event) => {
  if (!block() || !event.target.closest?.("[data-hx-get], [data-hx-post]")) return;
  ["focusin", "pointerover"].forEach((name) => document.removeEventListener(name, fetchHtmx));
  document.head.append(Object.assign(document.createElement("script"), { src: block().dataset.htmx }));
};
["focusin", "pointerover"].forEach((name) => document.addEventListener(name, fetchHtmx));
