// What the pages do beyond plain forms. Everything works without it, except that it takes a page load.
"use strict";

const notSaved = () => document.getElementById("not-saved");

// A request that failed says so; the row keeps what was there. A row of a register says it itself (register.js), and
// what a page asks by itself now and then saves nothing.
const showNotSaved = (event) => {
  if (!event.target.closest?.(".register-row, [data-polls]")) notSaved().hidden = false;
};
document.addEventListener("htmx:response:error", showNotSaved);
document.addEventListener("htmx:error", showNotSaved);

// Nobody stays signed in by what a page asks by itself.
document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement.matches("[data-polls]")) request.headers["Pluspunt-By-Itself"] = "yes";
});

document.addEventListener("htmx:before:response", (event) => {
  const response = event.detail.ctx.response.raw;
  if (response.ok) notSaved().hidden = true;
  // Signed out in the meantime: the sign-in page belongs in the window, not in a row, and leads back to this page.
  if (response.redirected && new URL(response.url).pathname === document.body.dataset.signIn) {
    event.preventDefault();
    window.location.reload();
  }
});

// On a narrow screen the tabs scroll sideways: the one of this page comes into sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// Menus close by Escape and by a click beside them.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Copies what stands in a field; without this people select it themselves.
document.querySelectorAll("[data-copies]").forEach((button) => {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
    button.textContent = "Gekopieerd";
  });
});

// Marked on the link, so that a page can be printed without a script of its own.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// "/" goes to the search box, Escape back to where one was. A key without Ctrl bothers who speaks to the computer: the
// page for searching switches it off, in this browser.
const keyIsOn = () => localStorage.getItem("search-key") !== "off";
let cameFrom = null;

const showKey = () => {
  document.querySelectorAll("[data-shortcut-hint]").forEach((hint) => {
    hint.hidden = !keyIsOn();
  });
  const button = document.querySelector("[data-shortcut-switch]");
  if (button) {
    button.hidden = false;
    button.textContent = keyIsOn() ? "Zet de sneltoets / uit" : "Zet de sneltoets / aan";
  }
};
showKey();

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const box = document.querySelector("[data-search]");
  const isTyping = target.closest?.("input, select, textarea, [contenteditable]");
  if (key === "/" && keyIsOn() && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const page = document.querySelector(".topsearch-link");
    if (!page) return;
    event.preventDefault();
    cameFrom = document.activeElement;
    // A phone has no room for the box, only for the way to it.
    if (box?.offsetParent) box.select();
    else page.click();
  } else if (key === "Escape" && box && (target === box || target.closest?.(".search-panel"))) {
    box.value = "";
    document.getElementById("search-panel")?.replaceChildren();
    box.focus();
    box.blur();
    cameFrom?.focus();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-shortcut-switch]")) return;
  localStorage.setItem("search-key", keyIsOn() ? "off" : "on");
  showKey();
});
