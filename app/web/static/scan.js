// A QR code before the camera, where the browser can read one. What it says is put into the form and shown; nothing is
// sent, and no picture leaves the device.

const PAUSE = 150; // milliseconds between two looks
const MOST = 20_000; // characters; a QR code holds 7,089
const form = document.getElementById("verify");
const button = document.getElementById("scan");
const dialog = document.getElementById("scanner");
const video = dialog.querySelector("video");
const told = dialog.querySelector("[role=status]");
const says = dialog.dataset;

async function canRead() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

function release(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function stop() {
  release(video.srcObject);
  video.srcObject = null;
}

// The text of a code, or nothing once `isOver`.
async function look(detector, isOver) {
  while (!isOver()) {
    const [code] = await detector.detect(video).catch(() => []); // a frame that is not there yet
    if (code?.rawValue.trim()) return code.rawValue.slice(0, MOST);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  return "";
}

let turn = 0; // counts openings and closings: whoever waited for permission meanwhile comes too late

async function scan() {
  const mine = (turn += 1);
  const isOver = () => turn !== mine;
  told.textContent = says.sayWait;
  dialog.showModal();
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (isOver()) return release(stream);
    video.srcObject = stream;
    await video.play();
    told.textContent = says.sayHold;
    const words = await look(new BarcodeDetector({ formats: ["qr_code"] }), isOver);
    if (isOver()) return;
    dialog.close();
    form.dispatchEvent(new CustomEvent("found", { detail: words }));
    form.elements.text.focus();
  } catch (error) {
    if (isOver()) return;
    stop();
    told.textContent = error.name === "NotAllowedError" ? says.sayRefused : says.sayNone;
  }
}

if (await canRead()) {
  button.hidden = false;
  button.addEventListener("click", scan);
  dialog.addEventListener("close", () => {
    turn += 1;
    stop();
  });
  dialog.querySelector("button").addEventListener("click", () => dialog.close());
  addEventListener("pagehide", () => dialog.close());
  document.addEventListener("visibilitychange", () => document.hidden && dialog.close());
}
