// The Assistant's service worker: files and one page without content, never state. Whom
// someone sees is asked of the server each time or not told at all.
const shelf = /*SHELF*/[], offline = /*OFFLINE*/"";

// A cache is named after what is in it, so a new version fills its own before the old goes.
const name = "callas-" + [...(shelf.join() + offline)].reduce((h, c) => (Math.imul(h, 31) + c.charCodeAt()) >>> 0, 7);

addEventListener("install", e => {
  e.waitUntil(caches.open(name).then(c => c.addAll([...shelf, offline])));
  skipWaiting();
});

addEventListener("activate", e => {
  e.waitUntil(caches.keys()
    .then(all => Promise.all(all.filter(k => k.startsWith("callas-") && k !== name).map(k => caches.delete(k))))
    .then(() => clients.claim()));
});

addEventListener("fetch", e => {
  const { request } = e;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") e.respondWith(fetch(request).catch(() => caches.match(offline)));
  else if (shelf.includes(new URL(request.url).pathname)) e.respondWith(caches.match(request).then(kept => kept ?? fetch(request)));
});

// Clicking what was told brings the Assistant to the front.
addEventListener("notificationclick", e => {
  e.notification.close();
  e.waitUntil(clients.matchAll({ type: "window" }).then(all => {
    const open = all.find(c => new URL(c.url).pathname === "/assistant");
    return open ? open.focus() : clients.openWindow("/assistant");
  }));
});
