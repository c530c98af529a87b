/* ---- what a form says of the server's state is the server's: a morph keeps what was dirty ---- */
document.addEventListener("htmx:after:swap", () => $$("form[data-server-owned]").forEach(f => f.reset()));

/* ---- copy link ---- */
$$("[data-copy]").forEach(b => { b.hidden = !navigator.clipboard; });
document.addEventListener("click", async e => {
  const b = e.target.closest?.("[data-copy]"); if (!b) return;
  await navigator.clipboard.writeText(location.href);
  const said = $("[role=status]", b), was = said.textContent;
  said.textContent = b.dataset.copied; setTimeout(() => said.textContent = was, 2000);
});
