"use strict";
// Unpacks the plot library that the page carries, then draws the learning curves and figures.
(async () => {
  // Okabe and Ito's colours: told apart by colour-blind readers, on light and on dark.
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8f6bd1", "#999999"];
  const charts = JSON.parse(document.getElementById("charts").textContent);

  async function loadLibrary() {
    const packed = atob(document.getElementById("plot-library").textContent);
    const bytes = Uint8Array.from(packed, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const library = document.createElement("script");
    library.textContent = await new Response(stream).text();
    document.head.append(library);
  }

  // A figure's line: dots for the seeds, their mean with the deviation as a bar.
  function pointsOf(line, index) {
    const colour = COLOURS[index % COLOURS.length];
    const seeds = line.seeds.map((seed) => ({
      x: seed.x, y: seed.y, name: `${line.name}, seed ${seed.seed}`, legendgroup: line.name,
      showlegend: false, mode: "markers", opacity: 0.45, marker: { color: colour, size: 6 },
      hovertemplate: "%{x}: %{y:.4~g}",
    }));
    const mean = {
      x: line.mean.x, y: line.mean.y, name: line.name, legendgroup: line.name,
      mode: "lines+markers", line: { color: colour, width: 2.5 }, marker: { color: colour, size: 8 },
      error_y: { type: "data", array: line.mean.deviations, color: colour, thickness: 1.2 },
      hovertemplate: "%{x}: %{y:.4~g}",
    };
    return [...seeds, mean];
  }

  function tracesOf(line, index, xTitle) {
    const colour = COLOURS[index % COLOURS.length];
    const dash = index < COLOURS.length ? "solid" : "dash";
    const seeds = line.seeds.map((seed) => ({
      x: seed.x, y: seed.y, name: `${line.name}, seed ${seed.seed}`, legendgroup: line.name,
      showlegend: false, mode: "lines", opacity: 0.35, line: { color: colour, width: 1, dash },
      hovertemplate: `${xTitle} %{x}: %{y:.4~g}`,
    }));
    if (!line.mean) {
      // Without a mean the first seed stands for the line in the legend.
      return seeds.map((seed, place) => ({ ...seed, name: place ? seed.name : line.name, showlegend: !place, opacity: 0.8 }));
    }
    const mean = {
      x: line.mean.x, y: line.mean.y, name: line.name, legendgroup: line.name,
      mode: "lines", line: { color: colour, width: 2.5, dash },
      hovertemplate: `${xTitle} %{x}: %{y:.4~g}`,
    };
    return [...seeds, mean];
  }

  // Levels that nearly coincide share one label; their lines stay apart.
  function labelsOf(chart) {
    const values = chart.lines.flatMap((line) => line.seeds.flatMap((seed) => seed.y));
    const all = [...values, ...chart.levels.map((level) => level.y)];
    const near = 0.05 * (Math.max(...all) - Math.min(...all));
    const labels = [];
    for (const level of [...chart.levels].sort((a, b) => a.y - b.y)) {
      const last = labels.at(-1);
      if (last && level.y - last.y < near) {
        last.text += ` · ${level.name}`;
      } else {
        labels.push({ text: level.name, y: level.y });
      }
    }
    return labels;
  }

  function layoutOf(chart) {
    const style = getComputedStyle(document.documentElement);
    const [text, quiet, grid] = ["--text", "--quiet", "--line"].map((name) => style.getPropertyValue(name).trim());
    const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true };
    return {
      paper_bgcolor: "transparent", plot_bgcolor: "transparent",
      font: { color: text, family: getComputedStyle(document.body).fontFamily },
      margin: { l: 55, r: 20, t: 36, b: 45 }, hovermode: "closest",
      modebar: { bgcolor: "transparent", color: quiet, activecolor: text },
      xaxis: chart.points
        ? { ...axis, title: { text: chart.xTitle }, type: chart.evenlySpaced ? "category" : "linear" }
        : { ...axis, title: { text: chart.xTitle }, rangemode: "tozero" },
      yaxis: { ...axis, title: { text: chart.yTitle } },
      legend: { orientation: "h", y: -0.18, yanchor: "top" },
      shapes: chart.levels.map((level) => ({
        type: "line", xref: "paper", x0: 0, x1: 1, y0: level.y, y1: level.y,
        line: { color: quiet, width: 1, dash: "dot" },
      })),
      // Below its line at the right end, where curves have left the level they start from.
      annotations: labelsOf(chart).map((label) => ({
        xref: "paper", x: 0.99, y: label.y, text: label.text, showarrow: false,
        xanchor: "right", yanchor: "top", font: { size: 11, color: quiet },
      })),
    };
  }

  const options = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d"] };

  function drawInto(id, chart) {
    const traces = chart.points ? pointsOf : (line, index) => tracesOf(line, index, chart.xTitle);
    Plotly.react(id, chart.lines.flatMap(traces), layoutOf(chart), options);
  }

  function drawMetric(chart, select) {
    const metric = chart.metrics.find((candidate) => candidate.name === select.value);
    drawInto(`${chart.id}-metrics`, { lines: metric.lines, levels: [], xTitle: chart.metricsTitle, yTitle: metric.name });
  }

  function offerMetrics(chart) {
    const select = document.getElementById(`${chart.id}-metric`);
    if (!select) {
      return;
    }
    select.replaceChildren(...chart.metrics.map((metric) => new Option(metric.name)));
    const drawIfOpen = () => select.closest("details").open && drawMetric(chart, select);
    select.addEventListener("change", drawIfOpen);
    select.closest("details").addEventListener("toggle", drawIfOpen);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawIfOpen);
  }

  function draw() {
    for (const chart of charts) {
      drawInto(chart.id, chart);
    }
  }

  try {
    await loadLibrary();
  } catch (failure) {
    for (const chart of charts) {
      document.getElementById(chart.id).textContent =
        "This browser cannot unpack the plot library; any browser of 2023 or later can. The tables are complete.";
    }
    return;
  }
  draw();
  charts.forEach(offerMetrics);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
