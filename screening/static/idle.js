// Asks "are you still there?" before the server ends an idle session, and hands over what is being written.
// Without this file the session ends all the same, and a form that is sent too late is kept.

const box = document.getElementById("idle");
const [stay, leave] = box.querySelectorAll("form");
const limit = box.dataset.seconds * 1000;
const warning = Math.min(120_000, limit / 2);
const beat = Math.min(60_000, limit / 4);
const tabs = new BroadcastChannel("desk-idle");
let seen = Date.now();
let writing = null;
let left = false;

function awake() {
  seen = Date.now();
  if (box.open) box.close();
}

async function here() {
  const before = seen;
  awake();
  const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay) }).catch(() => null);
  if (answer?.status === 204) tabs.postMessage("awake");
  else seen = before;
}

function go() {
  if (left) return;
  left = true;
  if (writing) {
    leave.elements.to.value = new URL(writing.action).pathname + new URL(writing.action).search;
    for (const [name, value] of new FormData(writing)) {
      if (name === "csrfmiddlewaretoken" || typeof value !== "string") continue;
      const field = document.createElement("textarea");
      Object.assign(field, { name: `kept-${name}`, value, hidden: true });
      leave.append(field);
    }
  }
  if (!navigator.locks) return leave.submit();
  // One tab after the other: each hands its words to the session that the one before it was given.
  navigator.locks.request("desk-idle", () => new Promise(() => leave.submit()));
}

function check() {
  const idle = Date.now() - seen;
  if (idle >= limit) go();
  else if (idle >= limit - warning && !box.open) box.showModal();
}

tabs.onmessage = awake;
tabs.postMessage("awake");
setInterval(check, 1000);
stay.addEventListener("submit", (event) => { event.preventDefault(); here(); });
leave.addEventListener("submit", (event) => { event.preventDefault(); go(); });
box.addEventListener("cancel", (event) => { event.preventDefault(); here(); });
document.addEventListener("input", (event) => { if (event.target.form && !box.contains(event.target)) writing = event.target.form; });
for (const kind of ["keydown", "pointerdown", "input"]) {
  document.addEventListener(kind, () => { if (!box.open && Date.now() - seen > beat) { check(); if (!left && !box.open) here(); } });
}
