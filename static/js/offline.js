// Looks whether there is a line again, and then opens the page that was asked for.
"use strict";

const look = async () => {
  const answer = await fetch("/gezond/", { cache: "no-store", signal: AbortSignal.timeout(5000) }).catch(() => null);
  if (answer?.ok) window.location.reload();
};
setInterval(look, 3000);
window.addEventListener("online", look);
