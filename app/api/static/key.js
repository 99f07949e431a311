// The key of whoever asks: kept for this tab, sent with every request, asked for where the server wants one.

const form = document.querySelector("#key_form");
const field = document.querySelector("#key");
const state = document.querySelector("#key_state");
const forget = document.querySelector("#forget_key");
const show = document.querySelector("#show_key");
const STORED = "citewell.key";

// What a request is to carry.
export function headers() {
  const key = sessionStorage.getItem(STORED);
  return key ? { Authorization: `Bearer ${key}` } : {};
}

// Whether the field for a key is shown.
export function asksForKey() {
  return !form.hidden;
}

// Asks for a key after the server has refused a request, and gives the sentence that says so.
export function keyRefused() {
  const sentence = sessionStorage.getItem(STORED)
    ? "This key isn't known here: check it, and enter it again below."
    : "This service answers to those who have a key: enter yours below.";
  open(sentence);
  return sentence;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // A header holds no other characters, so none stands in a key.
  const key = field.value.trim();
  if (!/^[\x21-\x7e]+$/.test(key)) return open("A key has only letters, digits, - and _. Check it.");
  sessionStorage.setItem(STORED, key);
  if (await isRefused()) return keyRefused();
  close();
  document.querySelector("#question").focus();
});

forget.addEventListener("click", () => {
  sessionStorage.removeItem(STORED);
  open("The key is forgotten.");
});

show.addEventListener("click", () => (form.hidden ? open("") : close()));

function open(sentence) {
  form.hidden = false;
  show.hidden = false;
  show.setAttribute("aria-expanded", "true");
  state.textContent = sentence;
  field.value = "";
  forget.hidden = !sessionStorage.getItem(STORED);
  field.focus();
}

function close() {
  form.hidden = true;
  show.setAttribute("aria-expanded", "false");
}

// Whether the server refuses what this tab sends. Where a key would open more, it says so, and the field can be shown.
async function isRefused() {
  const response = await fetch("v1/documents?limit=1", { headers: headers() });
  if (response.status === 401 || response.headers.has("WWW-Authenticate")) show.hidden = false;
  return response.status === 401;
}

// Asked beside the page's own work: a question that is typed meanwhile is not lost.
async function checkKey() {
  if (sessionStorage.getItem(STORED)) show.hidden = false;
  if (await isRefused()) keyRefused();
}

checkKey().catch(() => {}); // where the server can't be reached now, the next question says so
