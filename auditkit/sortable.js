"use strict";
for (const table of document.querySelectorAll("table.tools:not([data-ready])")) {
  table.dataset.ready = "yes";
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const number = (n) => n.toLocaleString("en");
  const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

  // Rows behind the first ones are texts in a block of JSON. A row becomes an element when it is first shown.
  const rows = [...body.rows].map((element) => ({ element }));
  const rest = table.nextElementSibling;
  if (rest && rest.matches("script.rest")) {
    for (const cells of JSON.parse(rest.textContent)) rows.push({ cells });
    if (rest.nextElementSibling && rest.nextElementSibling.matches(".static")) rest.nextElementSibling.remove();
  }
  const cell = (textContent, i) => {
    const made = make(i ? "td" : "th", { textContent, className: heads[i].className });
    if (!i) made.scope = "row";
    return made;
  };
  const element = (row) => {
    if (!row.element) {
      row.element = make("tr");
      row.element.append(...row.cells.map(cell));
    }
    return row.element;
  };
  const text = (row, i) => {
    row.cells ??= [...row.element.cells].map((known) => known.textContent.trim());
    return row.cells[i] ?? "";
  };
  const whole = (row) => (row.whole ??= heads.map((_, i) => text(row, i)).join(" ").toLowerCase());

  // Search, a choice for each column that offers one, and pages
  const size = Number(table.dataset.page) || Infinity;
  const field = make("input", { type: "search", placeholder: table.dataset.search });
  field.setAttribute("aria-label", table.dataset.search + ": " + table.caption.textContent.trim());
  const found = make("output"), bar = make("div", { className: "search" }), pager = make("span", { className: "pager" });
  bar.append(field);
  const choices = heads.flatMap((head, i) => {
    if (!("choose" in head.dataset)) return [];
    const title = head.textContent.trim(), select = make("select");
    select.setAttribute("aria-label", title);
    select.append(make("option", { value: "", textContent: title + ": " + head.dataset.choose }));
    const values = [...new Set(rows.map((row) => text(row, i)))].sort();
    for (const value of values) select.append(make("option", { value: "=" + value, textContent: value || "–" }));
    if (values.length > 1) bar.append(select);
    return [[i, select]];
  });
  bar.append(found, pager);
  table.before(bar);
  let left = rows, start = 0, printing = false;
  const step = (sign, label, shift) => {
    const button = make("button", { type: "button", textContent: sign, ariaLabel: label });
    button.addEventListener("click", () => { start += shift * size; show(); });
    return button;
  };
  const back = step("‹", "Previous rows", -1), next = step("›", "Next rows", 1);
  if (rows.length > size) pager.append(back, next);
  const show = () => {
    start = Math.max(0, Math.min(start, left.length - 1));
    const end = Math.min(start + size, left.length);
    body.replaceChildren(...(printing ? rows : left.slice(start, end)).map(element));
    back.disabled = !start;
    next.disabled = end >= left.length;
    const part = rows.length > size && left.length ? number(start + 1) + "–" + number(end) + " / " : "";
    const of = left.length < rows.length ? number(left.length) + " / " : "";
    found.textContent = part || of ? part + of + number(rows.length) : "";
  };
  const select = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = choices.filter(([, choice]) => choice.value);
    const fits = (row) => words.every((word) => whole(row).includes(word))
      && chosen.every(([i, choice]) => "=" + text(row, i) === choice.value);
    left = words.length || chosen.length ? rows.filter(fits) : rows;
    start = 0;
    show();
  };
  field.addEventListener("input", select);
  for (const [, choice] of choices) choice.addEventListener("change", select);

  // Sorting
  const ranks = { critical: 4, high: 3, medium: 2, low: 1 };
  const order = new Intl.Collator("en", { numeric: true }).compare;
  const key = (row, i) => {
    const shown = text(row, i), word = shown.split(/[ ,]/)[0];
    if (word in ranks) return ranks[word];
    const counts = shown === "" || (/^[-\d–]/.test(shown) && !/^\d{4}-/.test(shown));
    return counts ? parseFloat(shown.replace(/,/g, "")) || 0 : shown;
  };
  const compare = (x, y) => {
    if (typeof x !== typeof y) return typeof x === "number" ? -1 : 1;
    return typeof x === "number" ? x - y : order(x, y);
  };
  heads.forEach((head, i) => {
    const button = make("span", { tabIndex: 0, role: "button" });
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
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = new Map(rows.map((row) => [row, key(row, i)]));
      rows.sort((a, b) => (down ? -1 : 1) * compare(keys.get(a), keys.get(b)));
      select();
    });
  });

  addEventListener("beforeprint", () => { printing = true; show(); });
  addEventListener("afterprint", () => { printing = false; show(); });
  if (rows.length > size) show();
}
