// A tablet that is shared locks after three minutes: names go out of sight at once, also without a line, and the session
// ends as soon as there is one. Marks that wait go on. Whoever signs in again opens the screen. On a tablet of the house
// the session locks instead, and a PIN opens it.
"use strict";

(() => {
  const html = document.documentElement;
  // Something was typed that is not on the server yet: then this page stays, behind the lock.
  let isTyped = false;
  let title = "";

  // `screen` is another one after every sign-in: what was locked or touched before that says nothing any more.
  const isShared = () => "tablet" in html.dataset || (localStorage.getItem("shared-tablet") ?? html.dataset.shared) === "yes";
  const isLocked = () => localStorage.getItem("locked") === html.dataset.screen;
  const touch = () => localStorage.setItem("touched", `${html.dataset.screen} ${Date.now()}`);
  const isForgotten = () => {
    const [screen, at] = (localStorage.getItem("touched") ?? "").split(" ");
    return screen === html.dataset.screen && Date.now() - Number(at) > Number(html.dataset.lockAfter) * 1000;
  };
  // Somebody signed out, or another one in, after this page was shown.
  const isLeft = () => (localStorage.getItem("touched") ?? "").split(" ")[0] !== html.dataset.screen;

  // On a tablet of the house the session locks, and a PIN opens it; anywhere else it ends.
  const close = async () => {
    const form = document.querySelector("form[data-lock]") ?? document.querySelector("form[data-sign-out]");
    try {
      await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true });
      if (!isTyped) window.location.replace(document.querySelector("#lock a").href);
    } catch {
      setTimeout(close, 5000);
    }
  };

  const cover = () => {
    html.classList.add("is-locked");
    title ||= document.title;
    document.title = "Vergrendeld";
    const panel = document.getElementById("lock");
    if (!panel || !panel.hidden) return false; // too early, or done
    panel.hidden = false;
    panel.querySelector("[data-typed]").hidden = !isTyped;
    panel.querySelector("a").target = isTyped ? "_blank" : "";
    panel.querySelector("a").focus();
    return true;
  };

  const hide = () => {
    if (cover()) close();
  };

  const lock = () => {
    localStorage.setItem("locked", html.dataset.screen);
    hide();
  };

  const look = () => {
    if (isLocked()) hide();
    else if (isShared() && isForgotten()) lock();
  };

  // Signed in again in another window: for the same person all that was typed is still here.
  const open = async () => {
    const answer = await fetch(window.location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.documentElement.dataset.user !== html.dataset.user) {
      window.location.reload();
      return;
    }
    html.dataset.screen = page.documentElement.dataset.screen;
    const { value } = page.querySelector("input[name=csrfmiddlewaretoken]");
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => { input.value = value; });
    touch();
    html.classList.remove("is-locked");
    document.title = title;
    document.getElementById("lock").hidden = true;
  };

  // Before anything is shown: a locked tablet stays locked when somebody loads the page again.
  look();
  if (!isLocked()) touch();

  const noticed = (event) => {
    if (html.classList.contains("is-locked")) return;
    touch();
    if (event.type === "input" && event.target.closest("main form:not(.register-form)")) isTyped = true;
  };
  ["pointerdown", "keydown", "input", "scroll"].forEach((name) => {
    document.addEventListener(name, noticed, { passive: true, capture: true });
  });
  setInterval(look, 1000);
  // Back to a page that the browser kept whole, or to this window: its names may be somebody else's by now.
  const comeBack = () => {
    look();
    if (isLeft()) cover();
    if (html.classList.contains("is-locked")) open();
  };
  window.addEventListener("pageshow", (event) => (event.persisted ? comeBack() : look()));
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? comeBack() : look()));
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) localStorage.removeItem("touched");
  });

  document.addEventListener("DOMContentLoaded", () => {
    look();
    document.querySelector("[data-without-script]")?.remove();
    document.querySelector("[data-lock-now]")?.addEventListener("click", lock);
    document.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
    const choice = document.querySelector("[data-shared-switch]");
    if (!choice) return;
    choice.parentElement.hidden = "tablet" in html.dataset;
    const show = () => {
      choice.lastElementChild.textContent = isShared() ? "Eigen apparaat? Zet vergrendelen uit" : "Gedeelde tablet? Zet vergrendelen aan";
    };
    choice.addEventListener("click", () => {
      localStorage.setItem("shared-tablet", isShared() ? "no" : "yes");
      show();
    });
    show();
  });
})();
