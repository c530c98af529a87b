/* ---- the server is the truth: a morph keeps a control's *dirty* state, so reset it to what came ---- */
document.addEventListener("htmx:after:swap", () => $$("#state form:not([role=search])").forEach(f => f.reset()));

/* ---- drawer, toasts --------------------------------------------------------- */
const drawer = $("#drawer"); let opener = "";
// What had the focus is gone: back to where all began. The row may be another by now.
const home = () => { if (!document.activeElement || document.activeElement === document.body) (document.getElementById(opener) ?? $("#main"))?.focus({ preventScroll: true }); };
document.addEventListener("htmx:after:swap", e => {
  if (drawer && !drawer.open && $("#drawer-body")?.firstElementChild && e.detail?.ctx?.target?.id === "drawer-body") { opener = document.activeElement?.id; drawer.showModal(); }
  $$("[data-close-drawer]").forEach(t => { t.removeAttribute("data-close-drawer"); drawer?.close(); $("c-bulk")?.clear(); home(); });
  $$("[data-refresh]").forEach(t => { t.removeAttribute("data-refresh"); const r = $("#results,#log"); r && htmx.ajax("GET", location.href, { target: "#" + r.id, swap: "outerHTML" }); });
  $$("[data-ttl]").forEach(t => { const ms = +t.dataset.ttl; t.removeAttribute("data-ttl"); setTimeout(() => t.remove(), ms); });
});
drawer?.addEventListener("close", () => {
  const agent = $("#agent")?.dataset.agent; if (agent) freshen([agent]);
  $("#drawer-body").replaceChildren();
  home();
});

document.addEventListener("click", e => {
  const t = e.target.closest?.("[data-theme-toggle],[data-dismiss],[data-dismiss-notice],[data-close],[data-keys]"); if (!t) return;
  if (t.matches("[data-theme-toggle]")) setTheme(isDark() ? "light" : "dark");
  if (t.matches("[data-dismiss]")) { t.closest(".toast").remove(); home(); }
  if (t.matches("[data-dismiss-notice]")) { t.closest(".has-notice")?.classList.remove("has-notice"); t.closest(".notice").remove(); }
  if (t.matches("[data-close]")) t.closest("dialog").close();
  if (t.matches("[data-keys]")) $("#keys").showModal();
});

/* ---- errors: say what did not happen, put the form back to the truth -------------------- */
// The server's own words where it answered; the page's where it did not.
const fail = kind => e => {
  const ctx = e.detail?.ctx, status = ctx?.response?.status;
  if (status && ctx.sourceElement?.hasAttribute?.("hx-status:" + status)) return; // the form shows it itself
  const d = document.body.dataset, t = document.createElement("template");
  ctx?.sourceElement?.closest?.("form")?.reset();
  if (ctx?.text?.startsWith('<div class="toast')) t.innerHTML = ctx.text;
  else {
    t.innerHTML = `<div class="toast err"><span class="tag no">!</span><div><b></b><small></small></div><button class="icon-btn" type="button" data-dismiss>×</button></div>`;
    $("b", t.content).textContent = d[kind]; $("small", t.content).textContent = d[kind + "Sub"]; $("button", t.content).ariaLabel = d.sayClose;
  }
  const toast = t.content.firstElementChild;
  ($("dialog[open] .alerts") ?? $("#alerts"))?.replaceChildren(toast); // a modal makes the rest inert, so speak inside it
  setTimeout(() => toast.remove(), 12000);
};
document.addEventListener("htmx:error", fail("errNet"));
document.addEventListener("htmx:response:error", fail("errSrv"));
