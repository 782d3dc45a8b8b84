"use strict";
// Tables that sort and filter, the table of all cells, and the dialog that shows one of them.
(() => {
  const ROWS_AT_ONCE = 200;
  const stored = JSON.parse(document.getElementById("cell-data").textContent);
  const text = (number) => stored.texts[number];
  const cells = stored.cells.map((cell, index) => ({
    index, id: cell.id, folder: text(cell.folder), algorithm: text(cell.label), environment: text(cell.environment),
    data: text(cell.data), seed: cell.seed, track: text(cell.track), state: text(cell.state), score: cell.score,
    best: cell.best, training: cell.training, evaluation: cell.evaluation, memory: cell.memory, facts: cell.facts,
  }));
  const COLUMNS = [
    ["algorithm", "algorithm"], ["environment", "environment"], ["data", "data"], ["seed", "seed"], ["track", "track"],
    ["state", "state"], ["score", "score"], ["best", "best"], ["training", "training, s"],
    ["evaluation", "evaluation, s"], ["memory", "memory, MiB"],
  ];
  const WORDS = new Set(["algorithm", "environment", "data", "track", "state"]);

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // The number a text begins with; digits stand in groups of three.
  function leadingNumber(content) {
    const found = /^[-−]?\d[\d\u2009]*(\.\d+)?/.exec(content.trim());
    return found ? Number(found[0].replace("−", "-").replaceAll("\u2009", "")) : NaN;
  }

  // Numbers by size before words by letters; what is empty or a dash comes last either way.
  function compare(first, second, direction) {
    const empty = (content) => content.trim() === "" || content.trim() === "–";
    if (empty(first) || empty(second)) {
      return empty(first) - empty(second);
    }
    const [a, b] = [leadingNumber(first), leadingNumber(second)];
    return direction * (Number.isNaN(a) || Number.isNaN(b) ? first.localeCompare(second) : a - b);
  }

  // Returns the direction in which to sort now: the other one where the column is sorted already.
  function markSorted(heading) {
    const direction = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of heading.parentElement.children) {
      other.removeAttribute("aria-sort");
    }
    heading.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    return direction;
  }

  function makeSortable(heading, sort) {
    const button = element("button", { type: "button", class: "sort" }, ...heading.childNodes);
    heading.replaceChildren(button);
    button.addEventListener("click", () => sort(markSorted(heading)));
  }

  function sortRows(table, column, direction) {
    const body = table.tBodies[0];
    const own = [...body.rows].filter((row) => !row.classList.contains("reference"));
    const references = [...body.rows].filter((row) => row.classList.contains("reference"));
    own.sort((a, b) => compare(a.cells[column].textContent, b.cells[column].textContent, direction));
    body.append(...own, ...references);
  }

  // All cells.
  let ordered = [...cells];
  let words = [];
  let limit = ROWS_AT_ONCE;
  const body = element("tbody");

  const haystack = (cell) =>
    `${cell.algorithm} ${cell.environment} ${cell.data} s${cell.seed} ${cell.track} ${cell.state}`.toLowerCase();
  const matches = (content) => words.every((word) => content.includes(word));

  function shown(cell, key) {
    const value = cell[key];
    return value === undefined ? "–" : String(value);
  }

  function cellRow(cell) {
    const row = element("tr", { "data-cells": cell.index });
    COLUMNS.forEach(([key], place) => {
      const kind = place === 0 ? "th" : "td";
      const made = element(kind, { class: WORDS.has(key) ? "word" : "number" }, shown(cell, key));
      if (place === 0) {
        made.scope = "row";
      }
      row.append(made);
    });
    makeOpenable(row);
    return row;
  }

  const more = element("button", { type: "button", class: "more" });
  more.addEventListener("click", () => {
    limit = Infinity;
    showCells();
  });

  function showCells() {
    const found = ordered.filter((cell) => matches(haystack(cell)));
    body.replaceChildren(...found.slice(0, limit).map(cellRow));
    more.hidden = found.length <= limit;
    more.textContent = `Show all ${found.length} cells`;
    return found.length;
  }

  function cellTable() {
    const headings = element("tr");
    for (const [key, name] of COLUMNS) {
      const heading = element("th", { scope: "col", class: WORDS.has(key) ? "word" : "number" }, name);
      makeSortable(heading, (direction) => {
        ordered.sort((a, b) => compare(shown(a, key), shown(b, key), direction));
        showCells();
      });
      headings.append(heading);
    }
    const table = element("table", {}, element("thead", {}, headings), body);
    return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Cells" }, table);
  }

  // The dialog.
  const dialog = document.getElementById("detail");
  const content = document.getElementById("detail-content");

  const quoted = (path) => (/^[\w./,=+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

  function heading(title) {
    return element("h2", { id: "detail-heading" }, title);
  }

  function showCell(cell) {
    const rows = element("tbody");
    for (let place = 0; place < cell.facts.length; place += 2) {
      rows.append(
        element("tr", {}, element("th", { scope: "row" }, text(cell.facts[place])), element("td", {}, text(cell.facts[place + 1]))),
      );
    }
    const parts = [heading(`${cell.id} (${cell.state})`)];
    if (cell.state === "finished") {
      const command = `./cfcql reproduce ${quoted(`${cell.folder}/cells/${cell.id}`)} --out runs/again`;
      parts.push(element("p", {}, "Made again, and compared field by field, by"), element("pre", { class: "command" }, command));
    }
    parts.push(element("div", { class: "scroll" }, element("table", { class: "facts" }, rows)));
    content.replaceChildren(...parts);
  }

  function showLine(title, members) {
    const list = element("ul", { class: "members" });
    for (const cell of members) {
      const button = element("button", { type: "button" }, `seed ${cell.seed}: ${shown(cell, "score")}`);
      button.addEventListener("click", () => showCell(cell));
      list.append(element("li", {}, button));
    }
    content.replaceChildren(heading(title), element("p", {}, "Its cells, by seed and score:"), list);
  }

  function open(row) {
    const members = row.dataset.cells.split(" ").map((number) => cells[Number(number)]);
    if (members.length === 1) {
      showCell(members[0]);
    } else {
      showLine(row.cells[0].textContent, members);
    }
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  function makeOpenable(row) {
    const first = row.cells[0];
    first.replaceChildren(element("button", { type: "button", class: "open" }, ...first.childNodes));
    row.addEventListener("click", () => open(row));
  }

  // The filter: rows that contain every word, in their table's heading or in themselves.
  const filter = document.getElementById("filter");
  const count = document.getElementById("filter-count");

  function filterTable(table) {
    const block = table.closest(".captioned");
    const caption = block.querySelector("h2, h3").textContent.toLowerCase();
    let left = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !matches(`${caption} ${row.textContent.toLowerCase()}`);
      left += row.hidden ? 0 : 1;
    }
    block.hidden = left === 0;
  }

  function filterAll() {
    words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    limit = ROWS_AT_ONCE;
    document.querySelectorAll("table.sortable").forEach(filterTable);
    for (const comparison of document.querySelectorAll(".comparison")) {
      comparison.hidden = [...comparison.querySelectorAll(".captioned")].every((block) => block.hidden);
    }
    const left = showCells();
    count.textContent = words.length ? `${left} of ${cells.length} cells` : "";
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((name, column) => makeSortable(name, (direction) => sortRows(table, column, direction)));
  }
  document.querySelectorAll("table.sortable tr[data-cells]").forEach(makeOpenable);
  document.getElementById("cell-table").append(cellTable(), more);
  filter.addEventListener("input", filterAll);
  showCells();
})();
