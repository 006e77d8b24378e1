// "Leave this site": the link, or Esc or Shift three times. Blanks the page first, then takes its place in the history.

const link = document.querySelector("[data-leave]");
let last = "", times = 0, at = 0;

function leave(event) {
  event.preventDefault();
  document.title = "\u00a0";
  document.body.replaceChildren();
  document.head.append(Object.assign(document.createElement("meta"), { name: "referrer", content: "no-referrer" }));
  location.replace(link.href);
}

function pressed(event) {
  if (event.repeat) return;
  const again = event.key === last && event.timeStamp - at < 1500;
  [last, at, times] = [event.key, event.timeStamp, again ? times + 1 : 1];
  if (times > 2 && (last === "Escape" || last === "Shift")) leave(event);
}

if (link) {
  link.addEventListener("click", leave);
  addEventListener("keydown", pressed);
}
