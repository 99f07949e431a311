// The chat page: asks POST /v1/answers, shows the answer while it is written, then its citations.

import { asksForKey, headers, keyRefused } from "./key.js";

const form = document.querySelector("#ask");
const question = document.querySelector("#question");
const asOf = document.querySelector("#as_of");
const ask = form.querySelector("button[type=submit]");
const stop = document.querySelector("#stop");
const conversation = document.querySelector("#conversation");
let turns = 0;
let history = []; // the questions asked so far, as they were understood; what a follow-up is understood by
const MOST_HISTORY = 20;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text && !ask.disabled) answer(text, asOf.value || null);
});

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

async function answer(text, date) {
  const turn = new Turn(text, date, ++turns);
  const controller = new AbortController();
  stop.onclick = () => controller.abort();
  ask.disabled = true;
  stop.hidden = false;
  question.value = "";
  try {
    const response = await fetch("v1/answers", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream", ...headers() },
      body: JSON.stringify({ question: text, history, as_of: date, stream: true }),
      signal: controller.signal,
    });
    if (response.status === 401) throw new Error(keyRefused());
    if (!response.ok) throw new Error((await response.json()).detail);
    for await (const { event, data } of serverSentEvents(response.body)) {
      if (event === "error") throw new Error(data.detail);
      turn[event]?.(data);
    }
    if (!turn.finished) throw new Error("The connection ended before the answer did. Ask again.");
    history = [...history, turn.understood].slice(-MOST_HISTORY);
  } catch (error) {
    turn.failed(controller.signal.aborted ? "Stopped." : explain(error));
    if (!controller.signal.aborted) question.value ||= text; // to be asked again
  } finally {
    ask.disabled = false;
    stop.hidden = true;
    if (!asksForKey()) question.focus();
  }
}

function explain(error) {
  return error instanceof TypeError ? "The server can't be reached. Check that it runs, then ask again." : error.message;
}

// The events of a response body, as the HTML standard parses them, limited to what our server sends.
async function* serverSentEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => line.split(/: ?(.*)/s, 2));
      const data = fields.filter(([name]) => name === "data").map(([, text]) => text);
      const event = fields.find(([name]) => name === "event");
      if (event && data.length) yield { event: event[1], data: JSON.parse(data.join("\n")) };
    }
  }
}

// One question and its answer on the page. Methods are named after the events that they show.
class Turn {
  constructor(text, date, number) {
    this.number = number;
    this.finished = false;
    this.understood = text;
    const fragment = document.querySelector("#turn").content.cloneNode(true);
    this.element = fragment.querySelector(".turn");
    this.find("h2").textContent = date ? `${text} (as of ${date})` : text;
    this.say("Searching the documents…", true);
    conversation.append(fragment);
    this.element.scrollIntoView({ block: "nearest" });
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  say(text, busy = false) {
    const state = this.find(".state");
    state.textContent = text;
    state.classList.toggle("busy", busy);
  }

  sources({ passages }) {
    this.say(`Answering from ${counted(passages.length, "passage")}…`, true);
    this.find(".answer").classList.add("draft");
    this.find(".sources").hidden = passages.length === 0;
    this.find("summary").textContent = `${counted(passages.length, "passage")} found`;
    this.find(".sources ol").replaceChildren(
      ...passages.map((passage) => item(place(passage), element("blockquote", passage.text))),
    );
  }

  delta({ text }) {
    this.find(".answer").append(text);
    this.element.scrollIntoView({ block: "nearest" });
  }

  done(result) {
    this.finished = true;
    this.understood = result.asked_as ?? result.question;
    this.find(".asked").textContent = result.asked_as ? `Asked as: ${result.asked_as}` : "";
    this.element.classList.add(result.status);
    this.showValue(result.value);
    const answer = this.find(".answer");
    answer.classList.remove("draft");
    answer.replaceChildren(...this.withMarks(result));
    this.find(".citations").replaceChildren(
      ...inOnePlace(result.citations).map((citations, at) => {
        // A quoted answer is its quotes.
        const quotes = result.mode === "quote" || isCalculated(result) ? [] : [element("blockquote", citations.map((c) => c.quote).join("\n"))];
        const entry = item(place(citations[0]), ...quotes);
        entry.id = this.citationId(at);
        return entry;
      }),
    );
    this.find(".withheld").replaceChildren(
      ...result.replaced.map(({ wrote }) => item(`Replaced by its source: “${wrote}”`)),
      ...result.dropped.map((sentence) => item(`Left out, as no source supports it: “${sentence}”`)),
    );
    this.say(result.status === "abstained" ? result.reason : "");
    const { tokens, tokens_per_step: perStep, retrieval_ms: search, decode_ms: write } = result.stats;
    const time = search + write < 1000 ? `${Math.round(search + write)} ms` : `${((search + write) / 1000).toFixed(1)} s`;
    this.find(".figures").textContent = tokens
      ? `${time} · ${counted(tokens, "token")}, ${perStep} a step · ${result.model}`
      : `${time}${result.status === "answered" ? ` · ${madeBy(result)}` : ""}`;
    this.element.scrollIntoView({ block: "nearest" });
  }

  // A figure never stands without what it is of, nor a calculation without its operands.
  showValue(value) {
    const shown = value ? [value.text, element("span", value.what, "what")] : [];
    const operands = (value?.operands ?? []).map(({ name, text }) => item(`${name}: ${text}`));
    this.find(".value").replaceChildren(...shown);
    this.find(".operands").replaceChildren(...operands);
  }

  failed(sentence) {
    this.element.classList.add("abstained");
    this.find(".answer").classList.remove("draft");
    this.say(sentence);
  }

  // The answer's text with a numbered mark after each part that one place supports.
  withMarks({ answer, citations }) {
    const characters = [...answer]; // offsets count characters, as Python does, not UTF-16 units
    const parts = [];
    let shown = 0;
    inOnePlace(citations).forEach((supporting, at) => {
      const end = supporting.at(-1).answer_end;
      parts.push(characters.slice(shown, end).join(""));
      shown = end;
      const mark = element("sup");
      const link = element("a", `[${at + 1}]`);
      link.href = `#${this.citationId(at)}`;
      link.setAttribute("aria-label", `Source ${at + 1}`);
      mark.append(link);
      parts.push(mark);
    });
    return [...parts, characters.slice(shown).join("")];
  }

  citationId(at) {
    return `source-${this.number}-${at + 1}`;
  }
}

// Version 0.1.0 stored calculations as quotes; a formula gives them away.
function isCalculated({ mode, value }) {
  return mode === "calculated" || Boolean(value?.formula);
}

function madeBy(result) {
  return isCalculated(result) ? "calculated from the cells quoted" : "quoted word for word";
}

// Citations that follow each other and name the same place, together.
function inOnePlace(citations) {
  const groups = [];
  const where = ({ document: name, version, page, heading }) => JSON.stringify([name, version, page, heading]);
  for (const citation of citations) {
    const last = groups.at(-1);
    if (last && where(last[0]) === where(citation)) last.push(citation);
    else groups.push([citation]);
  }
  return groups;
}

function place({ title, heading, page, version, effective_from: from, effective_to: to, document: name, recognised }) {
  const line = element("span", "", "place");
  const section = heading.startsWith(`${title} > `) ? heading.slice(title.length + 3) : heading;
  line.append(element("b", title), section === title ? "" : ` › ${section.replaceAll(" > ", " › ")}`);
  line.append(page ? `, page ${page}` : "", ` · ${name}, version ${version}`);
  line.append(from ? ` · in force from ${from}` : "", to ? ` until before ${to}` : "");
  // Answers of old versions don't have it.
  const sure = recognised ? `${Math.round(100 * recognised)} % sure` : "not known how sure";
  if (recognised != null) line.append(" · ", element("em", `recognised from a picture, ${sure}`));
  return line;
}

function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function item(...children) {
  const entry = element("li");
  entry.append(...children);
  return entry;
}

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
