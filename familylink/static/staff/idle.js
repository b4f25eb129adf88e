/* Before the desk closes by itself somebody is asked whether they are there; what they typed stays in this tab.
   The service says how long is left, since another tab may be in use. Forms that are kept carry data-keep: whose and
   of what, so that nobody else finds it and evidence that has changed meets no old verdict. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  if (location.pathname.startsWith("/admin/log")) return;
  const PREFIX = "kept:";
  const forms = [...document.querySelectorAll("form[data-keep]")];
  const kept = (form) => PREFIX + form.dataset.keep;
  const never = ["hidden", "submit", "file", "password"];
  // What the page does not offer any more is not given back either: ticked and disabled, it would be sent as nothing.
  const fields = (form) =>
    [...form.elements].filter((field) => field.name && !never.includes(field.type) && !field.matches(":disabled"));
  const ticked = (field) => ["checkbox", "radio"].includes(field.type);
  const name = (field) => (ticked(field) ? `${field.name}=${field.value}` : field.name);

  const keep = (form) => {
    const told = fields(form).map((field) => [name(field), ticked(field) ? field.checked : field.value]);
    sessionStorage.setItem(kept(form), JSON.stringify(told));
  };
  const giveBack = (form) => {
    const told = new Map(JSON.parse(sessionStorage.getItem(kept(form)) || "[]"));
    for (const field of fields(form)) {
      if (!told.has(name(field))) continue;
      if (ticked(field)) field.checked = told.get(name(field));
      else field.value = told.get(name(field));
    }
  };
  // Another page of the desk is open: what was kept for an earlier one has been sent or given up.
  const wanted = new Set(forms.map(kept));
  Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX) && !wanted.has(key))
    .forEach((key) => sessionStorage.removeItem(key));
  for (const form of forms) {
    giveBack(form);
    form.addEventListener("input", () => keep(form));
  }

  let seen = Date.now();
  let dialog = null;
  let ticking = null;
  const ask = (path) => fetch(path, { headers: { Accept: "application/json" }, redirect: "manual" });
  const again = () => location.reload(); // signed out: the service shows the way in, and back to this page

  const close = () => {
    clearInterval(ticking);
    dialog?.remove();
    dialog = null;
  };
  const stay = async () => {
    seen = Date.now();
    const answer = await ask("/staff/stay/").catch(() => null);
    if (answer?.type === "opaqueredirect") again();
    else if (answer?.ok) close();
  };
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

  const warn = (told) => {
    if (dialog) return;
    const ends = Date.now() + told.seconds * 1000;
    dialog = element("dialog", "", { className: "desk desk-idle" });
    dialog.setAttribute("role", "alertdialog");
    dialog.setAttribute("aria-labelledby", "idle-title");
    dialog.setAttribute("aria-describedby", "idle-text");
    const left = element("p", "");
    const button = element("button", told.stay, { className: "desk-button", type: "button" });
    button.addEventListener("click", stay);
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
    dialog.append(element("h2", told.title, { id: "idle-title" }), element("p", told.text, { id: "idle-text" }), left, button);
    const tick = () => {
      const seconds = Math.max(0, Math.round((ends - Date.now()) / 1000));
      left.textContent = `${told.left} ${seconds}`;
      if (!seconds) look();
    };
    document.body.append(dialog);
    tick();
    ticking = setInterval(tick, 1000);
    dialog.showModal();
  };

  const look = async () => {
    const answer = await ask("/staff/time-left/").catch(() => null);
    if (answer?.type === "opaqueredirect") return again();
    if (!answer?.ok) return undefined; // no connection: it is asked again, and the service closes by its own clock
    const told = await answer.json();
    return told.seconds <= told.warn ? warn(told) : close();
  };
  setInterval(look, 60_000);

  // Somebody who reads and types is there, although they ask the service for nothing.
  for (const sign of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(sign, () => {
      if (!dialog && Date.now() - seen > 60_000) stay();
    });
  }
});
