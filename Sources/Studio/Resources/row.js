// One take on the wall: its words, its roll, and what the pointer does on it.

import * as rolls from "./roll.js";
import * as words from "./words.js";

/** How far the pointer moves before a click becomes a phrase, in pixels. */
const dragBegins = 6;

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

export class Row {
  /** `told` is called with what the pointer does: `played(take, seconds)`, `marked(take, from, to)`, `failed`. */
  constructor(take, heading, told) {
    this.take = take;
    this.heading = heading;
    this.told = told;
    this.element = element("article", "take");
    this.element.tabIndex = -1;
    if (heading) this.element.append(element("h2", "", heading));
    this.body = element("div", "body");
    this.facts = element("div", "facts");
    this.roll = element("div", "roll");
    this.canvas = element("canvas");
    this.canvas.setAttribute("aria-hidden", "true");
    this.band = element("div", "band");
    this.band.hidden = true;
    this.head = element("div", "head");
    this.head.hidden = true;
    this.roll.append(this.canvas, this.band, this.head);
    this.said = element("div", "said");
    this.body.append(this.facts, this.roll, this.said);
    this.element.append(this.body);
    this.listen();
    this.write();
  }

  /** Shows another state of the same take. */
  update(take) {
    this.take = take;
    rolls.forget(take.number);
    this.write();
    this.draw();
  }

  get phrases() { return rolls.known(this.take.number)?.phrases ?? []; }

  write() {
    const { take } = this;
    this.element.dataset.origin = take.origin;
    this.element.dataset.judgement = take.judgement ?? "";
    this.element.dataset.take = take.number;
    const started = new Date(take.startedAt);
    const first = element("p", "number", `${take.number}`);
    first.append(element("span", "length", words.time(take.seconds)));
    const source = element("p", "source", take.source);
    source.title = take.source;
    this.facts.replaceChildren(
      first, source,
      element("p", "faint", `${words.hour(started)} · ${words.count(take.notes, "note")}`));
    this.writeVerdict();
  }

  writeVerdict() {
    const { take } = this;
    const judged = words.judgement(take, this.phrases);
    const parts = [];
    if (judged) parts.push(element("span", `badge ${take.judgement}`, judged));
    if (take.rating) parts.push(element("span", "badge", `${take.rating} of 5`));
    if (take.heldOut) parts.push(element("span", "badge", "set aside"));
    const badges = element("p", "badges");
    badges.append(...parts);
    const note = element("p", "note", take.note ?? "");
    note.title = take.note ?? "";
    this.said.replaceChildren(badges, note);
    this.element.setAttribute("aria-label", words.spoken(take, this.phrases));
  }

  /** Draws the roll, as soon as it is here. */
  draw() {
    const known = rolls.known(this.take.number);
    if (known) {
      rolls.draw(this.canvas, known, this.take.origin, this.told.colours());
      this.writeVerdict();
      return;
    }
    this.withdraw?.();
    this.withdraw = rolls.fetchRoll(this.take.number, () => this.draw(), this.told.failed);
  }

  /** The row is out of view. */
  leave() {
    this.withdraw?.();
    this.element.remove();
  }

  /** Where playing is, in seconds; `null` where the take is not played. */
  showHead(seconds) {
    this.head.hidden = seconds === null;
    if (seconds !== null) this.head.style.left = `${100 * this.share(seconds)}%`;
  }

  /** The phrase that is being marked; an end that is not marked yet is `null`. */
  showMark(mark) {
    this.band.hidden = !mark;
    if (!mark) return;
    const to = mark.to ?? mark.from;
    this.band.classList.toggle("open", mark.to === null);
    this.band.style.left = `${100 * this.share(mark.from)}%`;
    this.band.style.width = `${100 * (this.share(to) - this.share(mark.from))}%`;
  }

  share(seconds) { return Math.min(1, Math.max(0, seconds / Math.max(this.take.seconds, 0.001))); }

  listen() {
    let begin = null;
    const seconds = event => {
      const frame = this.roll.getBoundingClientRect();
      return this.take.seconds * Math.min(1, Math.max(0, (event.clientX - frame.left) / frame.width));
    };
    const phrase = event => {
      const [one, other] = [begin.seconds, seconds(event)];
      return { from: Math.min(one, other), to: Math.max(one, other) };
    };
    this.roll.addEventListener("pointerdown", event => {
      if (event.button !== 0) return;
      begin = { x: event.clientX, seconds: seconds(event), isDrag: false };
      this.roll.setPointerCapture(event.pointerId);
    });
    this.roll.addEventListener("pointermove", event => {
      if (!begin) return;
      begin.isDrag ||= Math.abs(event.clientX - begin.x) > dragBegins;
      if (begin.isDrag) this.showMark(phrase(event));
    });
    this.roll.addEventListener("pointerup", event => {
      if (!begin) return;
      if (begin.isDrag) {
        const { from, to } = phrase(event);
        this.told.marked(this.take, from, to);
      } else {
        this.told.played(this.take, begin.seconds);
      }
      begin = null;
    });
    this.roll.addEventListener("pointercancel", () => {
      begin = null;
      this.told.markAgain();
    });
    this.facts.addEventListener("click", () => this.told.chosen(this.take));
  }
}
