/* A second click while the first is under way would be refused, and say so of what was recorded. It lets go in the end:
   an answer may be lost on the way, and Back may show this very page. */
"use strict";
(() => {
  const LONGEST_ANSWER = 10000; // milliseconds
  const sent = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest(".desk")) return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), LONGEST_ANSWER);
  });
  addEventListener("pageshow", () => sent.clear());
})();
