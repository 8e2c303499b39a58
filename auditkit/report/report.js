"use strict";
for (const table of document.querySelectorAll("table.tools")) {
  const body = table.tBodies[0], rows = [...body.rows];
  const field = document.createElement("input"), found = document.createElement("output");
  field.type = "search";
  field.placeholder = table.dataset.search;
  field.setAttribute("aria-label", table.dataset.search + ": " + table.caption.textContent.trim());
  const bar = document.createElement("div");
  bar.className = "search";
  bar.append(field, found);
  table.before(bar);
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      left += !row.hidden;
    }
    found.textContent = words.length ? left + " / " + rows.length : "";
  };
  field.addEventListener("input", show);
  const ranks = { critical: 4, high: 3, medium: 2, low: 1 };
  const key = (row, i) => {
    const text = row.cells[i].textContent.trim(), word = text.split(/[ ,]/)[0];
    const number = parseFloat(text.replace(/,/g, ""));
    return word in ranks ? ranks[word] : /^[\d–]/.test(text) && !/^\d{4}-/.test(text) ? number || 0 : text.toLowerCase();
  };
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    const button = document.createElement("span");
    button.tabIndex = 0;
    button.setAttribute("role", "button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        button.click();
      }
    });
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const by = (a, b) => {
        const x = key(a, i), y = key(b, i);
        return typeof x === typeof y ? (x < y ? -1 : x > y ? 1 : 0) : typeof x === "number" ? -1 : 1;
      };
      rows.sort((a, b) => (down ? by(b, a) : by(a, b)));
      body.append(...rows);
    });
  });
}
addEventListener("beforeprint", () => {
  for (const row of document.querySelectorAll("tr[hidden]")) row.hidden = false;
});
