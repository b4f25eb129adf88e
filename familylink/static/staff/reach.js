/* What the admin theme leaves to the mouse and to the eye. Its icons are letters of a font, which a screen reader would
   read out; what it opens by a click (filters, account, menu) has no place in the order of Tab. The words in the
   reader's language come with the link that skips the menu (templates/admin/base.html). */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const skip = document.getElementById("skip");
  if (!skip) return; // a page without the menu: signing in
  const words = skip.dataset;
  const NAMES = { dock_to_right: words.menu, close: words.close, arrow_circle_up: words.turn, arrow_circle_down: words.turn,
    cancel: words.unsort, visibility: words.show, search: words.search, more_vert: words.more };
  const CLICKED = "[x-on\\:click]";
  const WAYS = "a[href], button, input, select, textarea, summary";

  const besideIt = (way) => way.href && [...way.parentElement.querySelectorAll("a[href]")].some((other) => other !== way && other.href === way.href);

  // Whether the letters of an icon must be heard: they are all that there is. Else it gets a name in words, or none.
  const stays = (icon, way, name) => {
    if (!way || way.textContent.trim() !== name) return false; // its words stand beside it
    if (NAMES[name] && !way.title) way.setAttribute("aria-label", NAMES[name]);
    else if (besideIt(way)) Object.assign(way, { tabIndex: -1, ariaHidden: "true" });
    else return !way.title;
    return icon === way;
  };
  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    const way = icon.closest(`a, button, ${CLICKED}`);
    if (!stays(icon, way, icon.textContent.trim())) icon.ariaHidden = "true";
  }

  for (const way of document.querySelectorAll(CLICKED)) {
    if (way.matches(WAYS) || way.id === "changelist-filter-close") continue;
    way.tabIndex = 0;
    way.role = "button";
    way.addEventListener("keydown", (event) => {
      if (event.target !== way || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      way.click();
      if (filters && way === opener) setTimeout(() => filters.querySelector(WAYS)?.focus(), 50);
    });
  }
  const filters = document.getElementById("changelist-filter");
  const opener = document.querySelector("[x-on\\:click='filterOpen = true']");
  filters?.addEventListener("keydown", (event) => {
    if (event.key === "Escape") opener?.focus();
  });

  document.querySelector("[x-on\\:click^=openUserLinks]")?.setAttribute("aria-label", words.account);
  document.getElementById("main")?.setAttribute("role", "main");
  document.getElementById("nav-sidebar-inner")?.setAttribute("aria-label", words.pages);
  document.getElementById("content").tabIndex = -1;

  // Words that were there before anybody listened are said when they come again.
  const told = document.getElementById("told");
  if (told?.textContent.trim()) setTimeout(() => told.append(...told.childNodes), 200);
});
