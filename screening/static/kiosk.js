// On the clinic's tablet: asks after 90 seconds without a touch, and clears the page after 120. Nothing is kept here.

const dialog = document.querySelector("[data-blank]");
const next = document.querySelector("[data-next]");
let since = Date.now();
let leaving = false;

function leave(address) {
  if (leaving) return; // once: over a slow line, asking again each second would begin anew each second
  leaving = true;
  document.body.replaceChildren();
  location.replace(address);
}

function touched() {
  since = Date.now();
  if (dialog.open) dialog.close();
}

function look() {
  const idle = (Date.now() - since) / 1000;
  if (next && idle >= next.dataset.next) leave(next.href);
  else if (dialog && idle >= 120) leave(dialog.dataset.blank);
  else if (dialog && idle >= 90 && !dialog.open) dialog.showModal();
}

if (dialog) for (const kind of ["pointerdown", "keydown", "input", "wheel"]) addEventListener(kind, touched);
setInterval(look, 1000);
addEventListener("visibilitychange", look);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  leaving = false;
  leave(location.href);
});
