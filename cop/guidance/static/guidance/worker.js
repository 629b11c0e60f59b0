// Keeps one set of help pages, the same for everybody, for when there is no network. It never keeps what was read.
const KEPT = "{kept}", OWN = "{own}", ALL = {all}, NAME = "cop-help", DAY = 864e5, GONE = {gone};
const fill = async () => {
  const cache = await caches.open(NAME);
  await cache.addAll(ALL.map(url => new Request(url, {cache: "reload"})));
  for (const old of await cache.keys()) if (!ALL.includes(new URL(old.url).pathname)) await cache.delete(old);
  await cache.put("/kept-on", new Response(String(Date.now())));
};
const age = async cache => {
  const on = await cache.match("/kept-on");
  return on ? (Date.now() - Number(await on.text())) / DAY : Infinity;
};
const renew = async () => {
  if (await caches.has(NAME) && await age(await caches.open(NAME)) > 1) await fill().catch(() => 0);
};
const forget = async () => {
  await caches.delete(NAME);
  await registration.unregister();
  return new Response(`<!doctype html><meta charset="utf-8"><p dir="{dir}">${GONE}`, {headers: {"Content-Type": "text/html"}});
};
addEventListener("install", event => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener("activate", event => event.waitUntil(clients.claim()));
addEventListener("fetch", event => {
  const asked = event.request, url = new URL(asked.url), page = asked.mode === "navigate";
  if (asked.method !== "GET" || url.origin !== location.origin || !(page || ALL.includes(url.pathname))) return;
  event.respondWith(fetch(asked).then(answer => { if (page) event.waitUntil(renew()); return answer; }, async () => {
    if (page && url.pathname.endsWith("/help/kept/delete/")) return forget();
    const cache = await caches.open(NAME);
    const numbers = url.pathname === OWN && await age(cache) < 30;
    return await cache.match(page && !numbers ? KEPT : url.pathname) || Response.error();
  }));
});
