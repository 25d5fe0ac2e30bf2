// What a page does in the browser beside htmx: times in its own zone, questions before what cannot be undone, charts.
"use strict";

const MONTH = 29 * 86400;

function localTimes(root) {
  const form = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of root.querySelectorAll("time.local")) {
    time.title = time.textContent;
    time.textContent = form.format(new Date(time.dateTime));
    time.classList.remove("local");
  }
}

function charts(root) {
  if (!window.uPlot) return;
  const style = getComputedStyle(document.body);
  const ink = style.color;
  for (const place of root.querySelectorAll(".chart[data-points]")) {
    const { days, series } = JSON.parse(place.dataset.points);
    delete place.dataset.points;
    const axis = { stroke: ink, grid: { stroke: "#8884" }, ticks: { stroke: "#8884" } };
    const lines = series.map((one) => ({
      label: one.label, stroke: style.getPropertyValue(one.tone) || ink, width: 2, points: { show: days.length < 40 },
    }));
    new uPlot({
      width: place.clientWidth, height: 150, series: [{}, ...lines], legend: { show: series.length > 1 },
      cursor: { drag: { x: false } }, axes: [axis, { ...axis, size: 60 }], scales: { x: { range: () => [Math.min(days[0], days.at(-1) - MONTH), days.at(-1)] }, y: { range: { min: { pad: 0, soft: 0, mode: 1 }, max: { pad: 0.1, soft: 1, mode: 2 } } } },
    }, [days, ...series.map((one) => one.values)], place);
  }
}

function dress(root) {
  localTimes(root);
  charts(root);
}

document.addEventListener("DOMContentLoaded", () => dress(document));
document.addEventListener("htmx:load", (event) => dress(event.detail.elt));
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
