{% load static %}// Keeps one page for when there is no line, and what that page needs. Pages about people are never kept.
"use strict";

const FILES = [
  "{% url 'offline' %}",
  "{% static 'vendor/bootstrap/bootstrap.min.css' %}",
  "{% static 'css/pluspunt.css' %}",
  "{% static 'js/queue.js' %}",
  "{% static 'js/offline.js' %}",
  "{% static 'img/shapes.svg' %}",
  "{% static 'img/mark.svg' %}",
];
const SEARCH = "{% url 'search_hidden' %}";
// The names of the files hold a fingerprint: with another release this is another cache.
const CACHE = `offline ${FILES.join(" ")}`;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const removeOld = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(removeOld).then(() => self.clients.claim()));
});

// The server is being renewed, or there is no line at all.
const isAway = (answer) => answer.status === 502 || answer.status === 504;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  // Who searches wants a page as well, though that is sent as a form.
  if (request.mode === "navigate" && (request.method === "GET" || pathname === SEARCH)) {
    const offline = () => caches.match(FILES[0]);
    event.respondWith(fetch(request).then((answer) => (isAway(answer) ? offline() : answer), offline));
  } else if (FILES.includes(pathname)) {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(request)));
  }
});
