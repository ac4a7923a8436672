// A button beside every field that is there to be copied. Without this script a field is selected as a whole.
// The words are the page's own, in its language: they stand on the element that announces what happened.

const announced = document.querySelector("[data-copied]");

if (announced) {
  const words = announced.dataset;
  for (const field of document.querySelectorAll(".copy > [readonly]")) {
    field.after(buttonFor(field, words));
  }
}

function buttonFor(field, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-plain copy-button";
  button.id = `${field.id}-button`;
  button.textContent = words.copy;
  // "Copy" and the field's own label, whatever the language puts first.
  button.setAttribute("aria-labelledby", `${button.id} ${field.id}-label`);
  button.addEventListener("click", async () => {
    const done = await copied(field);
    button.textContent = done ? words.copied : words.selected;
    announce(done ? words.copied : words.selectedNow);
    setTimeout(() => (button.textContent = words.copy), 4000);
  });
  return button;
}

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // There is no clipboard without HTTPS, and a browser may refuse it: the next key that is pressed copies.
    field.focus();
    field.select();
    return false;
  }
}

function announce(text) {
  announced.textContent = "";
  requestAnimationFrame(() => (announced.textContent = text));
}
