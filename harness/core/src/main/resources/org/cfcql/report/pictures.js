"use strict";
// How a line looks wherever it is drawn, and the pictures at the top of the page.
const lineStyles = (() => {
  // Okabe and Ito's colours: told apart by colour-blind readers, on light and on dark. As many
  // symbols as have no common divisor with them, so that no two lines look alike before the 57th.
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8f6bd1", "#999999"];
  const SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "x"];
  const SHAPES = {
    circle: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", square: "M-4,-4H4V4H-4Z", diamond: "M0,-5L5,0L0,5L-5,0Z",
    "triangle-up": "M-5,4H5L0,-5Z", "triangle-down": "M-5,-4H5L0,5Z", cross: "M-5,-2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z",
    x: "M-5,-3L-3,-5L0,-2L3,-5L5,-3L2,0L5,3L3,5L0,2L-3,5L-5,3L-2,0Z",
  };
  const places = new Map();
  return {
    of(name) {
      if (!places.has(name)) {
        places.set(name, places.size);
      }
      const place = places.get(name);
      return {
        colour: COLOURS[place % COLOURS.length], symbol: SYMBOLS[place % SYMBOLS.length],
        dash: place < COLOURS.length ? "solid" : "dash",
      };
    },
    sample(name) {
      const style = this.of(name);
      const dash = style.dash === "dash" ? ' stroke-dasharray="5 3"' : "";
      const template = document.createElement("template");
      template.innerHTML =
        `<svg width="34" height="14" viewBox="-17 -7 34 14" aria-hidden="true"><path d="M-16,0H16" stroke="${style.colour}"` +
        ` stroke-width="2.5"${dash}/><path d="${SHAPES[style.symbol]}" fill="${style.colour}"/></svg>`;
      return template.content;
    },
  };
})();

const pictures = (() => {
  const groups = JSON.parse(document.getElementById("picture-groups").textContent);
  const select = document.getElementById("picture-group");
  const place = (id) => document.getElementById(`picture-${id}`);
  groups.forEach((group) => group.lines.forEach((line) => lineStyles.of(line)));

  // Long names in several lines, broken where a setting begins or goes on.
  function wrapped(name, width) {
    const lines = [""];
    for (const part of name.split(/(?<=[[{,.=-])/)) {
      if (lines.at(-1) && (lines.at(-1) + part).length > width) {
        lines.push("");
      }
      lines[lines.length - 1] += part;
    }
    return { text: lines.join("<br>"), rows: lines.length };
  }

  function names(lines, width) {
    const made = lines.map((line) => wrapped(line, innerWidth < 640 ? 15 : width));
    const height = 80 + made.length * Math.max(...made.map((name) => 10 + 15 * name.rows));
    const axis = {
      tickvals: lines.map((_, index) => index), ticktext: made.map((name) => name.text),
      range: [lines.length - 0.4, -0.6], zeroline: false, automargin: true,
    };
    return { axis, height };
  }

  const transparent = (colour, share) => colour + Math.round(share * 255).toString(16).padStart(2, "0");

  function band(x, intervals, style) {
    return {
      x: [...x, ...[...x].reverse()], y: [...intervals.map((i) => i[1]), ...intervals.map((i) => i[2]).reverse()],
      fill: "toself", fillcolor: transparent(style.colour, 0.1), line: { width: 0 }, mode: "lines", hoverinfo: "skip",
    };
  }

  function line(name, x, y) {
    const style = lineStyles.of(name);
    return {
      x, y, name, mode: "lines+markers", line: { color: style.colour, width: 2, dash: style.dash },
      marker: { color: style.colour, symbol: style.symbol, size: 7 }, hovertemplate: "%{x}: %{y:.4~g}",
    };
  }

  function banded(values, x) {
    const bands = Object.entries(values).map(([name, intervals]) => band(x, intervals, lineStyles.of(name)));
    return [...bands, ...Object.entries(values).map(([name, intervals]) => line(name, x, intervals.map((i) => i[0])))];
  }

  function intervalPlot(group) {
    const y = names(group.lines, 60);
    const traces = group.lines.map((name, index) => {
      const [point, low, high] = group.iqm[index];
      const style = lineStyles.of(name);
      return {
        x: [point], y: [index], name, mode: "markers", marker: { color: style.colour, symbol: style.symbol, size: 11 },
        error_x: { type: "data", symmetric: false, array: [high - point], arrayminus: [point - low], color: style.colour, thickness: 2.5, width: 5 },
        hovertemplate: `${point} [${low}, ${high}]`,
      };
    });
    return { traces, xTitle: group.scoreName, yaxis: y.axis, height: y.height };
  }

  function finalAgainstBest(group) {
    const lines = group.lines.filter((name) => group.means[name][2] !== null);
    const y = names(lines, 34);
    const at = lines.map((_, index) => index);
    const of = (which) => lines.map((name) => group.means[name][which]);
    const spans = lines.flatMap((name) => [Math.min(...group.means[name]), Math.max(...group.means[name]), null]);
    const marks = (which, name, marker) => ({
      x: of(which), y: at, name, mode: "markers", showlegend: true, marker: { size: 10, ...marker }, hovertemplate: "%{x:.4~g}",
    });
    const traces = [
      { x: spans, y: at.flatMap((index) => [index, index, null]), mode: "lines", line: { color: "#999999", width: 2 }, hoverinfo: "skip" },
      marks(0, "final", { color: "#0072b2", symbol: "circle" }),
      marks(1, "tail mean", { color: "#999999", symbol: "square" }),
      marks(2, "best", { color: "#d55e00", symbol: "diamond" }),
    ];
    return { traces, xTitle: group.scoreName, yaxis: y.axis, height: y.height + 30, legend: true };
  }

  function element(name, content = "", className = "") {
    const made = document.createElement(name);
    made.textContent = content;
    made.className = className;
    return made;
  }

  function table(label, columns, rows) {
    const box = element("div", "", "scroll matrix");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", label);
    const made = element("table");
    made.classList.toggle("tall", columns.some((column) => column.length > 3));
    const head = made.createTHead().insertRow();
    head.append(element("td"));
    for (const column of columns) {
      const heading = element("th");
      heading.scope = "col";
      heading.append(element("span", column));
      head.append(heading);
    }
    const body = made.createTBody();
    for (const [name, ...cells] of rows) {
      const row = body.insertRow();
      const heading = element("th", name);
      heading.scope = "row";
      heading.prepend(lineStyles.sample(name.replace(/^\d+ · /, "")));
      row.append(heading, ...cells);
    }
    box.append(made);
    return box;
  }

  // Blue above, orange below; the number stands in it, so colour says nothing by itself.
  function shaded(share) {
    return transparent(share > 0 ? "#0072b2" : "#e69f00", Math.min(1, Math.abs(share)) * 0.45);
  }

  function improvementTable(group) {
    if (!group.improvements) {
      return element("p", group.lines.length < 2 ? "One line, no pairs." : "Too many lines to be compared in pairs.", "note");
    }
    const rows = group.lines.map((name, first) => [
      `${first + 1} · ${name}`,
      ...group.improvements[first].map((interval) => {
        const cell = element("td");
        if (interval) {
          const [point, low, high] = interval.map((value) => value.toFixed(2));
          cell.append(element("strong", point), element("small", `${low}–${high}`));
          cell.style.background = shaded(2 * interval[0] - 1);
        }
        return cell;
      }),
    ]);
    return table("Probability of improvement", group.lines.map((_, index) => String(index + 1)), rows);
  }

  // Data alone where all tasks have the same environment, which the note above names.
  function shortTasks(tasks) {
    const environments = new Set(tasks.map((task) => task.split(" · ")[0]));
    return environments.size > 1 ? tasks : tasks.map((task) => task.split(" · ").slice(1).join(" · "));
  }

  function rankTable(group) {
    const mean = (ranks) => ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
    const middle = (group.lines.length + 1) / 2;
    const rows = group.lines
      .map((name) => [name, group.ranks[name]])
      .sort((a, b) => mean(a[1]) - mean(b[1]))
      .map(([name, ranks]) => [
        name,
        ...[mean(ranks), ...ranks].map((rank, index) => {
          const cell = element("td");
          cell.append(element(index ? "span" : "strong", String(Math.round(rank * 10) / 10)));
          cell.style.background = shaded((middle - rank) / Math.max(1, middle - 1));
          return cell;
        }),
      ]);
    return table("Rank by data set", ["mean rank", ...shortTasks(group.tasks)], rows);
  }

  function legend(group) {
    const list = element("ul", "", "legend");
    for (const name of new Set([...group.lines, ...Object.keys(group.tried)])) {
      const item = element("li", name);
      item.prepend(lineStyles.sample(name));
      list.append(item);
    }
    return list;
  }

  function plots(group) {
    const shares = Array.from({ length: 11 }, (_, part) => part * 10);
    const lines = Object.entries(group.tried).map(([name, best]) => line(name, best.map((_, index) => index + 1), best));
    const most = Math.max(1, ...Object.values(group.tried).map((best) => best.length));
    return {
      iqm: intervalPlot(group),
      profiles: { traces: banded(group.profiles, group.thresholds), xTitle: `${group.scoreName} above`, yTitle: "share of runs", height: 340 },
      budget: { traces: banded(group.budget, shares), xTitle: "budget spent, %", yTitle: group.scoreName, height: 340 },
      means: finalAgainstBest(group),
      tried: { traces: lines, xTitle: "policies tried", yTitle: group.scoreName, height: 340, xaxis: { dtick: Math.ceil(most / 10), range: [0.5, most + 0.5] } },
    };
  }

  function layout(plot, theme) {
    return {
      ...theme.layout, height: plot.height, margin: { l: 50, r: 16, t: plot.legend ? 34 : 10, b: 44 },
      showlegend: Boolean(plot.legend), legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom" },
      xaxis: { ...theme.axis, title: { text: plot.xTitle }, ...plot.xaxis },
      yaxis: { ...theme.axis, title: { text: plot.yTitle ?? "" }, ...plot.yaxis },
    };
  }

  const chosen = () => groups[select ? select.selectedIndex : 0];

  function describe(group) {
    const left = group.leftOut.length ? ` Left out, not run on every task: ${group.leftOut.join(", ")}.` : "";
    place("note").textContent = `${group.tasks.length === 1 ? "One task" : `${group.tasks.length} tasks`}: ${group.tasks.join(", ")}.${left}`;
  }

  function showTables() {
    const group = chosen();
    describe(group);
    place("improvements").replaceChildren(improvementTable(group));
    place("ranks").replaceChildren(rankTable(group));
    place("ranks").closest("figure").hidden = group.tasks.length < 2;
    document.querySelector("#pictures .legend")?.remove();
    place("note").after(legend(group));
  }

  if (select) {
    select.replaceChildren(...groups.map((group) => new Option(group.title)));
    showTables();
  }
  return {
    draw(theme, options) {
      if (!select) {
        return;
      }
      for (const [id, plot] of Object.entries(plots(chosen()))) {
        const traces = plot.traces.map((trace) => ({ showlegend: false, ...trace }));
        place(id).closest("figure").hidden = traces.length === 0;
        Plotly.react(place(id), traces, layout(plot, theme), options);
      }
    },
    onChange(redraw) {
      select?.addEventListener("change", () => {
        showTables();
        redraw();
      });
    },
  };
})();
