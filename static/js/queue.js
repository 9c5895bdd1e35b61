// Marks that wait on this tablet until the server has them. What is kept in the browser: numbers and random keys, a
// status and a time, and the signed pass of the register in which somebody tapped. Never a name.
"use strict";

const markQueue = (() => {
  const SEND_AT_ONCE = 40;
  const LONGEST_WAIT = 15000;
  const news = new BroadcastChannel("marks");
  const hears = new Set();
  let opened = null;
  let wait = 1000;
  let timer = 0;
  let isSending = false;
  // The words that came with an answer stay in this page: they are not kept.
  const sentences = new Map();

  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("pluspunt", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("marks", { keyPath: "id", autoIncrement: true });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  };

  // What `change` does with the store is on the disk when this is done: a crash or a flat battery takes nothing.
  const write = async (change) => {
    const db = await open();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction("marks", "readwrite", { durability: "strict" });
      change(transaction.objectStore("marks"));
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
  };

  const all = async () => {
    const db = await open();
    return new Promise((resolve, reject) => {
      const request = db.transaction("marks").objectStore("marks").getAll();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  };

  const tell = async (answers = []) => {
    const marks = await all();
    hears.forEach((hear) => hear(marks, answers));
  };
  const changed = async (answers = []) => {
    news.postMessage(answers);
    await tell(answers);
  };
  news.onmessage = ({ data }) => tell(data);

  const add = async (marks) => {
    // So that a browser that is short of room takes it elsewhere.
    navigator.storage?.persist?.();
    await write((store) => marks.forEach((mark) => store.add(mark)));
    await changed();
    send();
  };

  const remove = async (ids) => {
    await write((store) => ids.forEach((id) => store.delete(id)));
    await changed();
    send();
  };

  const rowOf = (mark) => `${mark.session} ${mark.person}`;

  // One mark of a row at a time, in the order of the taps: the next one builds on what became of it.
  const nextOnes = (marks) => {
    const busy = new Set();
    return marks.filter((mark) => {
      const isFirst = !busy.has(rowOf(mark));
      busy.add(rowOf(mark));
      return isFirst && mark.state === "waiting";
    }).slice(0, SEND_AT_ONCE);
  };

  const post = async (marks) => {
    const answer = await fetch("/registraties/", {
      method: "POST",
      body: JSON.stringify({ marks: marks.map(({ key, ticket, person, at, seen, polite, value }) => ({ key, ticket, person, at, seen, polite, ...value })) }),
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      // The pass says whose mark it is, whoever is signed in now.
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(15000),
    });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).answers;
  };

  // `later`: the taps on the same row that came after it, in their order.
  const settleOne = (store, mark, later, answer) => {
    if (answer.outcome === "COLLISION") {
      // One question, about what was tapped last: all of it was tapped without knowing what the colleague did.
      const last = later.at(-1) ?? mark;
      [mark, ...later].filter((other) => other !== last).forEach((other) => store.delete(other.id));
      store.put({ ...last, state: "collision" });
    } else if (answer.outcome === "REFUSED" && !later.length) {
      store.put({ ...mark, state: "refused" });
      sentences.set(mark.key, answer.sentence);
    } else {
      store.delete(mark.id);
      if (later.length) store.put({ ...later[0], seen: answer.outcome === "SAVED" ? answer.version : mark.seen });
    }
  };

  const settle = async (sent, answers) => {
    const settled = sent.map((mark) => ({ ...mark, answer: answers.find(({ key }) => key === mark.key) }));
    // Read and written as one: somebody may be tapping meanwhile.
    await write((store) => {
      store.getAll().onsuccess = ({ target: { result: marks } }) => {
        for (const { answer, ...mark } of settled) {
          const later = marks.filter((other) => other.id > mark.id && rowOf(other) === rowOf(mark));
          if (answer) settleOne(store, mark, later, answer);
        }
      };
    });
    await changed(settled);
  };

  // Never stops: what cannot be sent now is tried again, a little later each time.
  const sendAll = async () => {
    for (;;) {
      const marks = nextOnes(await all());
      if (!marks.length) return;
      await settle(marks, await post(marks));
      wait = 1000;
    }
  };

  const send = () => {
    clearTimeout(timer);
    if (isSending) return;
    isSending = true;
    const attempt = navigator.locks ? navigator.locks.request("send-marks", sendAll) : sendAll();
    attempt
      .catch(() => {
        timer = setTimeout(send, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      })
      .finally(() => {
        isSending = false;
      })
      // A tap that fell between the last look and now.
      .then(async () => {
        if (wait === 1000 && nextOnes(await all()).length) send();
      });
  };

  const hear = (listener) => {
    hears.add(listener);
    tell();
  };

  window.addEventListener("online", () => {
    wait = 1000;
    send();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") send();
  });
  send();

  return { add, remove, all, hear, send, sentenceOf: (mark) => sentences.get(mark.key) };
})();

// --- What every page says about it -------------------------------------------------------------------------------

const queueBar = document.getElementById("queue-bar");
const BRIEFLY = 2000;
let unsent = 0;
let unsentSince = 0;

const inWords = (count) => (count === 1 ? "1 registratie wacht" : `${count} registraties wachten`);

// A moment's delay is no reason to move the page or to hold somebody up: only what still waits after a while is.
const waitsLong = () => unsent > 0 && (!navigator.onLine || Date.now() - unsentSince >= BRIEFLY);

const showQueue = (marks) => {
  const asking = marks.filter((mark) => mark.state !== "waiting");
  const count = marks.length - asking.length;
  if (count && !unsent) {
    unsentSince = Date.now();
    setTimeout(() => markQueue.all().then(showQueue), BRIEFLY);
  }
  unsent = count;
  document.querySelectorAll("[data-waiting-count]").forEach((place) => {
    place.textContent = unsent ? `${inWords(unsent)} op deze tablet.` : asking.length ? `Wat verstuurd is, vraagt ${asking.length} keer je keuze.` : place.dataset.waitingCount;
  });
  if (!queueBar) return;
  const link = queueBar.querySelector("a");
  const here = document.getElementById("register-rows")?.dataset.session;
  const elsewhere = asking.find((mark) => String(mark.session) !== here);
  queueBar.hidden = !waitsLong() && !elsewhere;
  queueBar.querySelector("span").textContent = waitsLong() ? `${inWords(unsent)} op deze tablet.` : "";
  link.hidden = !elsewhere;
  if (elsewhere) link.href = `/register/${elsewhere.session}/`;
};
markQueue.hear(showQueue);

// Not on the page for when there is no line, nor behind the lock: who tries again there loses nothing.
window.addEventListener("beforeunload", (event) => {
  const isLocked = document.documentElement.classList.contains("is-locked");
  if (waitsLong() && queueBar && !isLocked) event.preventDefault();
});

// Without a line this opens a page that says so, instead of the browser's.
navigator.serviceWorker?.register("/sw.js");
