// The desk stands in a frame of Airflow's page: it takes its theme from there, opens Airflow's pages there, and sends
// an answer to Airflow's own route. Without a script everything can be read.
"use strict";

const AIRFLOW = document.body.dataset.airflow;
const framed = window.parent !== window;

// Theme: Airflow's where there is one, else the reader's own.
function takeTheme() {
  const airflow = framed ? window.parent.document.documentElement : null;
  const dark = airflow?.classList.contains("dark") ?? matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark", dark);
  if (!airflow) return;
  const known = getComputedStyle(airflow);
  const names = { bg: "bg", panel: "bg-panel", subtle: "bg-subtle", muted: "bg-muted", fg: "fg", line: "border" };
  for (const [own, theirs] of Object.entries(names)) {
    const value = known.getPropertyValue(`--chakra-colors-${theirs}`).trim();
    if (value) document.documentElement.style.setProperty(`--${own}`, value);
  }
}
takeTheme();
if (framed) {
  const watched = { attributes: true, attributeFilter: ["class", "style"] };
  new MutationObserver(takeTheme).observe(window.parent.document.documentElement, watched);
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", takeTheme);

// Times in the reader's own zone.
function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = format.format(at);
  }
}
localTimes(document);
document.addEventListener("htmx:afterSwap", (event) => localTimes(event.detail.target));

// Links out of the frame.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!framed || !link || event.metaKey || event.ctrlKey || event.button) return;
  if ("airflowPage" in link.dataset) {
    event.preventDefault();
    window.parent.history.pushState(null, "", link.href);
    window.parent.dispatchEvent(new window.parent.PopStateEvent("popstate", { state: null }));
  } else if ("newTab" in link.dataset) {
    event.preventDefault();
    const outside = window.parent.document.createElement("a");
    Object.assign(outside, { href: link.href, target: "_blank", rel: "noopener noreferrer" });
    outside.click();
  } else if ("top" in link.dataset) {
    event.preventDefault();
    window.parent.location.assign(link.href);
  }
});

// Keys: the neighbours in the queue, and the answers. A key chooses; sending takes the button.
document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || event.target.closest("input[type=search], textarea, select")) return;
  if (!/^[a-z]$/.test(event.key)) return;
  const found = document.querySelector(`[data-key="${event.key}"]:not(:disabled)`);
  if (!found || found.closest("fieldset:disabled")) return;
  event.preventDefault();
  if (found.tagName === "A") found.click();
  else {
    found.checked = true;
    found.focus();
    if (event.key === "s") found.form.elements.remark.focus();
  }
});

// A link to a part that is folded opens it.
function openTarget() {
  const part = location.hash && document.getElementById(location.hash.slice(1));
  if (part?.tagName === "DETAILS") part.open = true;
}
addEventListener("hashchange", openTarget);
openTarget();

// An answer goes to Airflow. Two answers at one instant are both taken, and the later one counts: so what counts is
// read again a moment later.
const ASK_AGAIN = 1200;
const REFUSALS = {
  401: "You are logged out. Log in to Airflow and answer again.",
  403: "Airflow does not allow you to answer this question.",
  404: "This question no longer exists in Airflow.",
  409: "Somebody has already answered.",
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Answers, and says in `said` what became of it; whether the answer was taken.
async function sendAnswer(form, said, choice, given) {
  const fields = form.querySelector("fieldset");
  fields.disabled = true;
  said.textContent = "Sending…";
  await pause(Number(form.dataset.wait));
  form.dataset.wait = "0";
  let answer;
  try {
    answer = await fetch(`${AIRFLOW}/api/v2/${form.dataset.path}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ chosen_options: [choice], params_input: given }),
    });
  } catch {
    fields.disabled = false;
    said.textContent = "Airflow did not respond, so your answer may not have arrived. Try again.";
    return false;
  }
  if (!answer.ok && answer.status !== 409) {
    fields.disabled = false;
    said.textContent = REFUSALS[answer.status] ?? `Airflow refused the answer (${answer.status}).`;
    return false;
  }
  said.textContent = answer.ok ? "Sent. Checking whose answer counts…" : REFUSALS[409];
  await pause(ASK_AGAIN);
  await readDecision(form.dataset.again);
  return true;
}

async function readDecision(address) {
  const again = await fetch(address);
  if (!again.ok) return;
  const card = new DOMParser().parseFromString(await again.text(), "text/html").querySelector("#decision");
  document.querySelector("#decision").replaceWith(card);
  localTimes(card);
  if (!card.querySelector("#answer")) document.querySelector("#edits")?.remove();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "answer") return;
  event.preventDefault();
  const said = form.querySelector(".said");
  const choice = form.elements.choice.value;
  const given = { remark: form.elements.remark.value.trim() };
  if (form.elements.claim) given.claim = form.elements.claim.value;
  if (choice === "Send back" && !given.remark) {
    said.textContent = "Say in the remark what to change.";
    form.elements.remark.focus();
    return;
  }
  await sendAnswer(form, said, choice, given);
});

// What was changed by hand is written down first; then the packet is sent back with it.
function listChanges(box) {
  const texts = {};
  for (const area of box.querySelectorAll("textarea[data-field]")) {
    if (area.value !== area.defaultValue) texts[area.dataset.field] = area.value;
  }
  const exhibits = [...box.querySelectorAll("select[data-exhibit]")]
    .filter((select) => select.value !== "stay")
    .map(({ dataset, value }) => ({ document: dataset.document, filename: dataset.filename, field: value || null }));
  const added = [...box.querySelectorAll("[data-added]")].map(({ dataset }) => ({
    document: dataset.document, filename: dataset.filename, sha256: dataset.sha256,
  }));
  return { texts, exhibits, added };
}

document.querySelector("#save-edits")?.addEventListener("click", async (event) => {
  const button = event.target;
  const box = document.querySelector("#edits");
  const said = document.querySelector("#edits-said");
  const form = document.querySelector("#answer");
  button.disabled = true;
  said.textContent = "Saving your changes…";
  try {
    const kept = await fetch(box.dataset.save, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(listChanges(box)),
    });
    const { edits, problem } = kept.headers.get("content-type")?.includes("json") ? await kept.json() : {};
    if (!kept.ok) {
      said.textContent = problem ?? REFUSALS[kept.status] ?? `The changes were refused (${kept.status}).`;
      return;
    }
    const given = { remark: document.querySelector("#edit-remark").value.trim(), edits };
    if (form.elements.claim) given.claim = form.elements.claim.value;
    await sendAnswer(form, said, "Send back", given);
  } catch {
    said.textContent = "Airflow did not respond, so your answer may not have arrived. Try again.";
  } finally {
    button.disabled = false;
  }
});
