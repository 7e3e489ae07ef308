// Sends each form as a command of the control API, and keeps the parts marked as live up to date.
"use strict";

const POLL_MILLISECONDS = 1500;

const message = document.getElementById("message");
const shown = new Map();

for (const part of document.querySelectorAll("[data-live]")) shown.set(part.id, part.innerHTML);

function say(text, failed) {
  message.textContent = text;
  message.className = failed ? "bad" : "good";
}

function valueOf(field) {
  return field.type === "number" || field.dataset.type === "number" ? Number(field.value) : field.value;
}

async function run(form, submitter) {
  const [method, template] = form.dataset.command.split(" ");
  const given = {};
  for (const field of form.elements) {
    if (field.name && field.value !== "") given[field.name] = valueOf(field);
  }
  const path = template.replace(/{(\w+)}/g, (_, name) => {
    const value = given[name];
    delete given[name];
    return encodeURIComponent(value);
  });
  const settings = { method };
  if (Object.keys(given).length) {
    settings.headers = { "content-type": "application/json" };
    settings.body = JSON.stringify(given);
  }
  const response = await fetch(`/_emulator${path}`, settings);
  const result = response.status === 204 ? null : await response.json();
  if (!response.ok) return say(result.error.message, true);
  if (form.dataset.open) window.open(result[form.dataset.open], "_blank", "noopener");
  if (result && result.succeeded === false) say(result.error, true);
  else say(`${submitter ? submitter.textContent.trim() : "That"}: done`, false);
  await refresh();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.command) return;
  event.preventDefault();
  if (form.dataset.confirm && !window.confirm(form.dataset.confirm)) return;
  try {
    await run(form, event.submitter);
  } catch {
    say("The emulator does not respond.", true);
  }
});

// What a reader has opened or is at, by words that stay the same when the part is written anew.
function nameOf(element) {
  const form = element.closest("form");
  return form ? form.dataset.command + element.textContent : element.textContent;
}

function replacePart(part, html) {
  const opened = new Set([...part.querySelectorAll("details[open] > summary")].map(nameOf));
  const chosen = part.value; // of a list to choose from
  const active = part.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  part.innerHTML = html;
  if (chosen !== undefined) part.value = chosen;
  for (const summary of part.querySelectorAll("summary")) {
    if (opened.has(nameOf(summary))) summary.parentElement.open = true;
  }
  if (active !== null) {
    [...part.querySelectorAll("summary, button, a")].find((one) => nameOf(one) === active)?.focus();
  }
}

function replaceLive(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const html = fresh.getElementById(part.id)?.innerHTML;
    if (html === undefined || html === shown.get(part.id)) continue;
    shown.set(part.id, html);
    replacePart(part, html);
  }
}

async function refresh() {
  const source = document.body.dataset.source ?? location.href;
  const response = await fetch(source, { headers: { accept: "text/html" } });
  if (response.ok) replaceLive(new DOMParser().parseFromString(await response.text(), "text/html"));
}

async function poll() {
  if (!document.hidden) await refresh().catch(() => say("The emulator does not respond.", true));
  setTimeout(poll, POLL_MILLISECONDS);
}

setTimeout(poll, POLL_MILLISECONDS);
