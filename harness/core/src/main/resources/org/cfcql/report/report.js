"use strict";
// Unpacks the plot library that the page carries, then draws the pictures, and learning curves and
// figures when they come into sight.
(async () => {
  const MOST_MARKERS = 30;
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
  function pointsOf(line) {
    const { colour, symbol, dash } = lineStyles.of(line.name);
    const seeds = line.seeds.map((seed) => ({
      x: seed.x, y: seed.y, name: `${line.name}, seed ${seed.seed}`, legendgroup: line.name,
      showlegend: false, mode: "markers", opacity: 0.45, marker: { color: colour, symbol, size: 6 },
      hovertemplate: "%{x}: %{y:.4~g}",
    }));
    const mean = {
      x: line.mean.x, y: line.mean.y, name: line.name, legendgroup: line.name,
      mode: "lines+markers", line: { color: colour, width: 2.5, dash }, marker: { color: colour, symbol, size: 8 },
      error_y: { type: "data", array: line.mean.deviations, color: colour, thickness: 1.2 },
      hovertemplate: "%{x}: %{y:.4~g}",
    };
    return [...seeds, mean];
  }

  function tracesOf(line, xTitle) {
    const { colour, symbol, dash } = lineStyles.of(line.name);
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
      mode: line.mean.x.length > MOST_MARKERS ? "lines" : "lines+markers",
      line: { color: colour, width: 2.5, dash }, marker: { color: colour, symbol, size: 6 },
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

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const [text, quiet, grid] = ["--text", "--quiet", "--line"].map((name) => style.getPropertyValue(name).trim());
    const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true };
    const layout = {
      paper_bgcolor: "transparent", plot_bgcolor: "transparent", hovermode: "closest",
      font: { color: text, family: getComputedStyle(document.body).fontFamily },
      modebar: { bgcolor: "transparent", color: quiet, activecolor: text },
    };
    return { axis, layout, quiet };
  }

  function layoutOf(chart) {
    const { axis, layout, quiet } = theme();
    return {
      ...layout, margin: { l: 55, r: 20, t: 36, b: 45 },
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
    const traces = chart.points ? pointsOf : (line) => tracesOf(line, chart.xTitle);
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

  const drawn = new Set();

  function drawOnce(chart) {
    if (!drawn.has(chart)) {
      drawn.add(chart);
      drawInto(chart.id, chart);
    }
  }

  function drawPictures() {
    pictures.draw(theme(), options);
  }

  function drawAgain() {
    drawPictures();
    drawn.forEach((chart) => drawInto(chart.id, chart));
  }

  try {
    await loadLibrary();
  } catch (failure) {
    for (const place of document.querySelectorAll(".chart, .picture:empty")) {
      place.textContent =
        "This browser cannot unpack the plot library; any browser of 2023 or later can. The tables are complete.";
    }
    return;
  }
  drawPictures();
  pictures.onChange(drawPictures);
  const byPlace = new Map(charts.map((chart) => [document.getElementById(chart.id), chart]));
  const sight = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => drawOnce(byPlace.get(entry.target))),
    { rootMargin: "600px" },
  );
  byPlace.forEach((_, place) => sight.observe(place));
  charts.forEach(offerMetrics);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAgain);
  addEventListener("beforeprint", () => charts.forEach(drawOnce));
})();
