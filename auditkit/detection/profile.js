"use strict";
for (const root of document.querySelectorAll(".auditkit.profile:not(.live)")) {
  root.classList.add("live");
  const cards = new Map();
  for (const card of root.querySelectorAll("details.card")) cards.set("#" + card.querySelector("[id]").id, card);
  const open = (link) => {
    for (const other of root.querySelectorAll("details.card[open]")) other.open = false;
    for (const other of root.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    cards.get(link.getAttribute("href")).open = true;
    link.setAttribute("aria-current", "true");
  };
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !cards.has(link.getAttribute("href"))) return;
    event.preventDefault();
    event.stopPropagation();
    open(link);
    const card = cards.get(link.getAttribute("href"));
    if (event.detail === 0) card.querySelector("summary").focus();
    card.scrollIntoView({ block: "nearest" });
  });
  const first = [...root.querySelectorAll("td a, th a")].find((link) => cards.has(link.getAttribute("href")));
  if (first) open(first);
}
