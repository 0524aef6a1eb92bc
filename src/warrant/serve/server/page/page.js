"use strict";
// Whatever comes from an answer enters the page as text, never as markup.
const form = document.getElementById("ask");
const shown = document.getElementById("answer");

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function percent(share) {
  return (100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 2 : 1) + " %";
}

function said(answer) {
  const told = answer.abstained ? answer.leans_to : answer.answer;
  if (told === null) return answer.abstained ? "nothing" : "no label holds";
  return String(told);
}

function weights(words) {
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const name of ["", "what decided", "weight"]) head.append(element("th", name));
  const body = table.createTBody();
  const most = Math.max(...words.map((one) => Math.abs(one.weight)), 1e-9);
  const several = new Set(words.map((one) => one.label)).size > 1;
  for (const one of words) {
    const row = body.insertRow();
    const speaks = one.weight >= 0 ? "for" : "against";
    row.className = speaks;
    row.append(element("td", several ? speaks + " " + one.label : speaks));
    const term = one.kind === "characters" ? "«" + one.term + "»"
      : one.kind === "pair" ? one.term.replace("+", "… and ") + "…" : one.term;
    const alone = ["word", "characters", "pair"].includes(one.kind);
    row.append(element("td", alone ? term : one.column + ": " + term, "term"));
    const cell = element("td", (one.weight < 0 ? "−" : "+") + Math.abs(one.weight).toPrecision(2), "weight");
    const bar = element("meter");
    bar.max = most;
    bar.value = Math.abs(one.weight);
    bar.setAttribute("aria-hidden", "true");
    cell.prepend(bar);
    row.append(cell);
  }
  return table;
}

function show(found) {
  const answer = found.answers[0];
  const parts = [];
  parts.push(element("h2", answer.abstained ? "No answer to rely on" : said(answer)));
  if (answer.abstained) {
    const list = element("ul", undefined, "why");
    for (const one of answer.why) list.append(element("li", one.words));
    parts.push(list);
    if (answer.leans_to !== null) parts.push(element("p", "It leans to: " + said(answer)));
  }
  if (answer.probability !== null) {
    const line = element("p", "Probability " + percent(answer.probability), "probability");
    const bar = element("meter");
    bar.max = 1;
    bar.value = answer.probability;
    bar.setAttribute("aria-hidden", "true");
    line.append(bar);
    parts.push(line);
  }
  if (answer.out_of_range.length)
    parts.push(element("p", "Out of the range of training: " + answer.out_of_range.join(", ")));
  if (answer.deciding_words.length) parts.push(weights(answer.deciding_words));
  if (answer.nearest)
    parts.push(element("p", "Nearest training row: " + answer.nearest.path + " (similarity " + answer.nearest.similarity + ")"));
  parts.push(element("p", found.notice + "; " + found.log + "; bundle " + found.model.digest.slice(0, 12), "small"));
  shown.replaceChildren(...parts);
  shown.className = answer.abstained ? "abstained" : "";
  shown.hidden = false;
}

function refuse(what, advice) {
  shown.replaceChildren(element("h2", "Not answered"), element("p", what), element("p", advice));
  shown.className = "abstained";
  shown.hidden = false;
}

async function ask() {
  const row = {};
  for (const field of form.querySelectorAll("[data-column]")) row[field.dataset.column] = field.value || null;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch("/v1/predict", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ rows: [row] }),
    });
    const found = await answer.json();
    if (answer.ok) show(found);
    else refuse(found.detail, found.do);
  } catch {
    refuse("The server does not answer.", "See in its window whether it still runs.");
  } finally {
    button.disabled = false;
  }
}

form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
form.addEventListener("reset", () => { shown.hidden = true; });
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(); }
});
const example = document.getElementById("curl");
example.textContent = example.textContent.replace("http://127.0.0.1", window.location.origin);
