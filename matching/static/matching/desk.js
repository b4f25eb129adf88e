/* Keys of the pair page. They only press what is on the page: without them everything works by Tab and mouse.
   Off while somebody types, off for good where "Keys are on" is unticked (kept in this browser). */
"use strict";
(() => {
  const pair = document.getElementById("pair");
  if (!pair) return;
  const keys = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  on.checked = localStorage.getItem("desk-keys") !== "off";
  const show = () => pair.classList.toggle("desk-keys-off", !on.checked);
  on.addEventListener("change", () => {
    localStorage.setItem("desk-keys", on.checked ? "on" : "off");
    show();
  });
  show();
  let chosen = null; // the fieldset that a digit speaks to

  const typing = (target) =>
    target.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])");

  const choose = (fieldset, number) => {
    const radio = fieldset.querySelectorAll("input[type=radio]:enabled")[number];
    if (!radio) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    radio.focus();
  };

  const press = (key) => {
    // What is on this pair before what leads back to the one before it.
    const there = [pair, document].map((place) => place.querySelector(`[data-key="${CSS.escape(key)}"]`)).find(Boolean);
    if (!there) return false;
    if (there.tagName === "FIELDSET") {
      chosen = there;
      // Where no reason fits none is chosen, and none of another verdict stays chosen: a digit must say it.
      pair.querySelectorAll("input[name=choice]:checked").forEach((radio) => (radio.checked = false));
      there.querySelector("input[type=radio]:enabled")?.focus(); // none where this verdict is barred: the page says why
      choose(there, Number(there.dataset.fits));
    } else {
      there.click();
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      keys.open = !keys.open;
      if (keys.open) keys.querySelector("summary").focus();
      event.preventDefault();
      return;
    }
    if (!on.checked) return;
    if (event.key === "l") {
      document.getElementById("latin").click();
    } else if (event.key === "Enter" && event.target.matches("input[type=radio]")) {
      document.getElementById("record").click();
    } else if (chosen && /^[1-9]$/.test(event.key)) {
      choose(chosen, Number(event.key) - 1);
    } else if (!press(event.key)) {
      return;
    }
    event.preventDefault();
  });

  // The theme shows the page only when its own script has run: until then nothing can have the focus.
  addEventListener("load", () => pair.querySelector("[aria-invalid]")?.focus());
})();
