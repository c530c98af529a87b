// assistant.js — the Agent Assistant: what the server confirmed, told also where nobody looks. ~1.6 KB.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const state = () => $("#state"), live = () => $("c-live")?.getAttribute("state");
const fold = s => s.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let told = state()?.dataset.told, back = "", read = "";

// Number keys pick what they are written beside; a switch turns them off (WCAG 2.1.4).
const keysOn = () => localStorage.getItem("keys") !== "off";
const pick = e => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("select,input:not([type=radio])")) return;
  const o = /^[0-9]$/.test(e.key) && keysOn() && $("#opt-none:enabled") && (e.key === "0" ? $("#opt-none") : $$(".opt").find(l => $("kbd", l)?.textContent === e.key)?.querySelector("input"));
  if (o) { o.click(); o.focus(); e.preventDefault(); }
};

// Told as a notification of the system where the page is hidden, if that was allowed.
const notify = async n => {
  if (!n || !document.hidden || globalThis.Notification?.permission !== "granted") return;
  const title = $("b", n).textContent, opt = { body: $("p", n).textContent, tag: "callas", icon: $("link[rel=apple-touch-icon]").href };
  const worker = await navigator.serviceWorker?.getRegistration("/assistant");
  if (worker) worker.showNotification(title, opt); else new Notification(title, opt);
};

const find = () => {
  const q = fold($("#find-q")?.value ?? ""), all = $$(".opt[id]");
  all.forEach(o => { o.hidden = q && !o.matches(".on") && !fold($(".opt-n", o).textContent).includes(q); });
  const none = $("#found-none"); if (none) none.hidden = all.some(o => !o.hidden);
};

const show = () => {
  const s = state(), now = s.dataset.told, was = told, stale = live() === "stale";
  told = now;
  if (now !== was) { read = ""; back = was === now.replace("as:", "withdrawn:") ? now : ""; }
  if (back === now && $("#back")) $("#back").hidden = false;
  if (read === now) $$("#notice,#back", s).forEach(n => { n.hidden = true; });
  document.title = stale ? document.body.dataset.staleTitle + " · callas" : s.dataset.title;
  $("link[rel=icon]").href = s.dataset.icon;
  navigator[now.startsWith("withdrawn:") ? "setAppBadge" : "clearAppBadge"]?.()?.catch(() => {});
  if (now !== was) notify($("#back:not([hidden])") ?? $("#notice"));
  find();
};

if (state()) {
  addEventListener("keydown", pick);
  document.addEventListener("live", show);
  document.addEventListener("htmx:after:swap", show);
  // What was answered late must not overwrite what is newer.
  document.addEventListener("htmx:before:swap", e => {
    const ctx = e.detail.ctx, rev = +/id="state"[^>]* data-rev="(\d+)"/.exec(ctx.text)?.[1];
    if (rev < +(state().dataset.rev ?? 0)) { e.preventDefault(); $$("#state form:not([role=search])").forEach(f => f.reset()); }
  });
  document.addEventListener("input", e => { if (e.target.id === "find-q") find(); });
  document.addEventListener("submit", e => { if (e.target.id === "find") e.preventDefault(); });
  document.addEventListener("change", e => { // asked for once, after the first choice
    if (e.target.name === "call_as" && e.target.value && globalThis.Notification?.permission === "default" && !localStorage.getItem("asked")) { localStorage.setItem("asked", "1"); Notification.requestPermission(); }
  });
  document.addEventListener("click", e => {
    if (e.target.closest?.("[data-dismiss-notice]")) read = told;
    if (e.target.closest?.("#keys-on")) { localStorage.setItem("keys", keysOn() ? "off" : "on"); keysShown(); }
  });
  const keysShown = () => { $("#keys-on")?.setAttribute("aria-pressed", keysOn()); document.body.classList.toggle("no-keys", !keysOn()); };
  keysShown();
  show();
}
if (document.body.dataset.worker) navigator.serviceWorker?.register(document.body.dataset.worker, { scope: "/assistant" }).catch(() => {}); // without TLS there is none
if ("offline" in document.body.dataset) {
  const theme = /theme=(light|dark)/.exec(document.cookie); if (theme) document.documentElement.dataset.theme = theme[1];
  addEventListener("online", () => location.reload());
}
