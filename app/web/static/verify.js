// Kindness on /verify: dropping, pasting, a word on size, a button that shows its work. The form does without all of it.

const MEGABYTE = 1_048_576;
const PATIENCE = 20_000; // milliseconds after which a button that nobody answered can be pressed again
const LONGEST = 80; // characters of a text that are repeated
const WRITABLE = "textarea, input:not([type=file]), [contenteditable]";

const form = document.getElementById("verify");
const { file, text } = form.elements;
const says = form.dataset;
const button = form.querySelector("button[type=submit]");
const label = button.querySelector("span");
const told = document.getElementById("taken");
const problem = document.getElementById("file-problem");
const most = Number(says.most);

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Of somebody else's words as much as a sentence bears, on one line and in their own direction.
function short(words) {
  const letters = [...words.slice(0, 4 * LONGEST).replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ")];
  const kept = letters.length > LONGEST ? [...letters.slice(0, LONGEST), "…"] : letters;
  return `\u2068${kept.join("")}\u2069`;
}

function tell(sentence, values = {}) {
  told.textContent = fill(sentence, values);
}

function megabytes(bytes, round) {
  return (round((10 * bytes) / MEGABYTE) / 10).toLocaleString(document.documentElement.lang);
}

// The server would say so too, after it has all been sent.
function weigh() {
  const size = file.files[0]?.size ?? 0;
  const sizes = { size: megabytes(size, Math.ceil), most: megabytes(most, Math.floor) };
  const sentence = size > most ? fill(says.sayLarge, sizes) : "";
  problem.textContent = sentence;
  problem.hidden = !sentence;
  file.setAttribute("aria-invalid", String(Boolean(sentence)));
  file.setCustomValidity(sentence);
  return sentence;
}

function takeFile(files) {
  const one = new DataTransfer();
  one.items.add(files[0]);
  file.files = one.files;
  text.value = ""; // of two the file is checked, and what is not checked should not stand there
  tell(weigh() || (files.length > 1 ? says.sayFirst : says.sayFile), { name: short(files[0].name) });
  form.scrollIntoView({ block: "nearest" });
}

function takeText(words) {
  file.value = "";
  weigh();
  text.value = words.trim();
  tell(says.sayText, { text: short(text.value) });
  form.scrollIntoView({ block: "nearest" });
}

// Dropping ------------------------------------------------------------------------------------------------------------

// A file anywhere: beside the form, the browser would leave the page for it. Words only on the form, and into a field as ever.
function isWanted(event) {
  const { types } = event.dataTransfer;
  if (types.includes("Files")) return true;
  const at = event.target instanceof Element ? event.target : event.target.parentElement;
  return form.contains(at) && !at.matches(WRITABLE) && (types.includes("text/uri-list") || types.includes("text/plain"));
}

function addressIn(data) {
  return data.getData("text/uri-list").split(/\r?\n/).find((line) => line && !line.startsWith("#"));
}

function showTarget(is) {
  form.classList.toggle("is-target", is);
}

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const wanted = isWanted(event);
    showTarget(wanted);
    if (!wanted) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
}
document.addEventListener("dragleave", (event) => event.relatedTarget === null && showTarget(false));
document.addEventListener("dragend", () => showTarget(false));
document.addEventListener("drop", (event) => {
  showTarget(false);
  if (!isWanted(event)) return;
  event.preventDefault();
  const { files, items } = event.dataTransfer;
  if ([...items].some((item) => item.webkitGetAsEntry?.()?.isDirectory)) return tell(says.sayFolder);
  if (files.length) return takeFile(files);
  const words = addressIn(event.dataTransfer) ?? event.dataTransfer.getData("text/plain");
  if (words.trim()) takeText(words);
});

// Pasting -------------------------------------------------------------------------------------------------------------

document.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  const words = event.clipboardData.getData("text/plain");
  const isWriting = event.target instanceof Element && event.target.matches(WRITABLE);
  if (isWriting && words) return; // a spreadsheet gives words and their picture; in a field words are meant
  if (!files.length && (isWriting || !words.trim())) return;
  event.preventDefault();
  if (files.length) takeFile(files);
  else takeText(words);
});

// Choosing and sending ------------------------------------------------------------------------------------------------

let isBusy = false;

function showBusy(is) {
  isBusy = is;
  button.setAttribute("aria-busy", String(is));
  label.textContent = is ? says.sayBusy : says.sayVerify;
}

file.addEventListener("change", () => tell(weigh()));
form.addEventListener("found", (event) => takeText(event.detail));
form.addEventListener("submit", (event) => {
  if (isBusy) return event.preventDefault();
  showBusy(true);
  tell(says.sayBusy);
  setTimeout(showBusy, PATIENCE, false);
});
addEventListener("pageshow", () => {
  showBusy(false);
  tell(weigh());
});

for (const hint of form.querySelectorAll("[data-scripted]")) hint.hidden = false;

// What came of it is read first. Whoever comes back to the page, or is busy in it, is left where they are.
const result = document.getElementById("status") ?? document.querySelector("[role=alert]");
const [journey] = performance.getEntriesByType("navigation");
if (result && !location.hash && document.activeElement === document.body && journey?.type !== "back_forward") {
  result.tabIndex = -1;
  result.focus({ preventScroll: true });
}
