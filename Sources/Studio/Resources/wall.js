// The wall: all takes, newest first, of which only those in view are in the page.

import * as server from "./server.js";
import * as words from "./words.js";
import { Row } from "./row.js";
import { colours } from "./roll.js";

/** How many takes are asked for at once. */
const page = 200;
/** How far beyond the view rows are made, in pixels. */
const margin = 400;
const narrow = window.matchMedia("(max-width: 719px)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

export class Wall {
  /** `told`: `played(take, seconds)`, `marked(take, from, to)`, `chosen(take)`, `failed(error)`, `drawn()`. */
  constructor(frame, wall, empty, told) {
    Object.assign(this, { frame, wall, empty, told });
    this.takes = [];
    this.tops = [];
    this.headings = [];
    this.rows = new Map();
    this.filter = {};
    this.current = null;
    this.isAtEnd = false;
    this.isLoading = false;
    /** Answers to earlier questions are of no use any more. */
    this.question = 0;
    this.colours = colours();
    let isDue = false;
    const soon = () => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(() => {
        isDue = false;
        this.show();
      });
    };
    frame.addEventListener("scroll", soon, { passive: true });
    new ResizeObserver(() => {
      this.layOut();
      this.drawAgain();
    }).observe(frame);
    dark.addEventListener("change", () => {
      this.colours = colours();
      this.drawAgain();
    });
  }

  // MARK: Takes

  /** Shows the takes of a filter, from the newest. */
  async list(filter, { keepPlace = false } = {}) {
    this.filter = filter;
    const question = ++this.question;
    const count = keepPlace ? Math.min(1000, Math.max(page, this.takes.length)) : page;
    this.wall.setAttribute("aria-busy", "true");
    const list = await server.takes({ ...filter, limit: count });
    if (question !== this.question) return null;
    this.takes = list.takes;
    this.isAtEnd = list.takes.length < count;
    this.isLoading = false;
    this.clear();
    if (!keepPlace) this.frame.scrollTop = 0;
    if (!this.take(this.current)) this.current = this.takes[0]?.number ?? null;
    this.layOut();
    this.wall.setAttribute("aria-busy", "false");
    this.empty.hidden = this.takes.length > 0;
    this.empty.textContent = list.total
      ? "No take is as you asked." : "There are no takes yet: record some, or bring some in.";
    return list;
  }

  async more() {
    if (this.isAtEnd || this.isLoading || !this.takes.length) return;
    this.isLoading = true;
    const question = this.question;
    try {
      const list = await server.takes({ ...this.filter, limit: page, before: this.takes.at(-1).number });
      if (question !== this.question) return;
      this.takes.push(...list.takes);
      this.isAtEnd = list.takes.length < page;
      this.layOut();
    } catch (error) {
      this.told.failed(error);
    } finally {
      if (question === this.question) this.isLoading = false;
    }
  }

  /** Takes that are new or were judged, whoever did it. Those on the wall stay there, so that nothing jumps away. */
  async change(changes) {
    if (!changes.isAll) return this.list(this.filter, { keepPlace: true });
    for (const take of changes.takes) this.replace(take);
    const newest = this.takes[0]?.number ?? 0;
    if (!changes.takes.some(take => take.number > newest)) return;
    const list = await server.takes({ ...this.filter, limit: page });
    const added = list.takes.filter(take => take.number > newest);
    if (!added.length) return;
    if (added.length === page) return this.list(this.filter, { keepPlace: true });
    const before = this.wall.clientHeight;
    this.takes.unshift(...added);
    this.empty.hidden = true;
    this.current ??= added[0].number;
    this.clear();
    this.layOut();
    // What is looked at stays where it is.
    if (this.frame.scrollTop > 0) this.frame.scrollTop += this.wall.clientHeight - before;
  }

  /** Shows another state of a take that is on the wall. */
  replace(take) {
    const index = this.index(take.number);
    if (index < 0) return;
    this.takes[index] = take;
    this.rows.get(take.number)?.update(take);
  }

  index(number) { return this.takes.findIndex(take => take.number === number); }

  take(number) { return this.takes.find(take => take.number === number); }

  // MARK: The current take

  /** Makes a take the current one and brings it into view. */
  choose(number, { focus = true } = {}) {
    const index = this.index(number);
    if (index < 0) return;
    this.rows.get(this.current)?.element.removeAttribute("aria-current");
    this.current = number;
    const [top, bottom] = [this.tops[index], this.tops[index + 1]];
    const { scrollTop, clientHeight } = this.frame;
    if (top < scrollTop) this.frame.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.frame.scrollTop = bottom - clientHeight;
    this.show();
    if (focus) this.rows.get(number)?.element.focus({ preventScroll: true });
  }

  /** The take so many rows further down; `undefined` beyond either end. */
  neighbour(distance) {
    const index = this.index(this.current);
    return index < 0 ? this.takes[0] : this.takes[index + distance];
  }

  // MARK: Drawing

  /** Where each row stands. */
  layOut() {
    const [rowHeight, headingHeight] = narrow.matches ? [132, 40] : [104, 48];
    this.tops = new Array(this.takes.length + 1);
    this.headings = new Array(this.takes.length);
    let top = 0;
    let last = null;
    this.takes.forEach((take, index) => {
      this.tops[index] = top;
      const group = this.group(index);
      const isNew = group.heading !== last?.heading || group.session !== last.session;
      this.headings[index] = isNew ? group.heading : null;
      last = group;
      top += rowHeight + (isNew ? headingHeight : 0);
    });
    this.tops[this.takes.length] = top;
    this.wall.style.height = `${top}px`;
    this.show();
  }

  /** What a take stands under: its day and session; those that are alone in their session, as files are, their day. */
  group(index) {
    const take = this.takes[index];
    // Kept with the take: to format it takes longer than all else here.
    const day = take.day ??= words.day(new Date(take.startedAt));
    const isAlone = this.takes[index - 1]?.session !== take.session && this.takes[index + 1]?.session !== take.session;
    return isAlone ? { session: null, heading: day } : { session: take.session, heading: `${day} · ${take.sessionName}` };
  }

  /** The index of the row at a height: the last whose top is not below it. */
  at(height) {
    let [low, high] = [0, this.takes.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.tops[middle] <= height) low = middle; else high = middle - 1;
    }
    return low;
  }

  /** Makes the rows that are in view, and takes away those that are not. */
  show() {
    const { scrollTop, clientHeight } = this.frame;
    const wanted = new Set();
    if (this.takes.length) {
      const last = this.at(scrollTop + clientHeight + margin);
      for (let index = this.at(scrollTop - margin); index <= last; index += 1) wanted.add(index);
      // The current one may have the focus, which would be lost with it.
      const current = this.index(this.current);
      if (current >= 0) wanted.add(current);
    }
    const numbers = new Set([...wanted].map(index => this.takes[index].number));
    for (const [number, row] of [...this.rows]) {
      if (!numbers.has(number)) this.remove(row);
    }
    for (const index of [...wanted].sort((one, other) => one - other)) this.place(index);
    this.told.drawn();
    if (scrollTop + clientHeight + 4 * margin > this.tops[this.takes.length]) this.more();
  }

  place(index) {
    const take = this.takes[index];
    let row = this.rows.get(take.number);
    if (row && row.heading !== this.headings[index]) {
      this.remove(row);
      row = null;
    }
    if (!row) {
      row = new Row(take, this.headings[index], { ...this.told, colours: () => this.colours });
      this.rows.set(take.number, row);
      // In the order of the wall, for whoever hears or tabs through it.
      const next = [...this.wall.children].find(other => Number(other.dataset.take) < take.number);
      this.wall.insertBefore(row.element, next ?? null);
      row.element.style.transform = `translateY(${this.tops[index]}px)`;
      row.draw();
    }
    row.element.style.transform = `translateY(${this.tops[index]}px)`;
    row.element.setAttribute("aria-posinset", index + 1);
    row.element.setAttribute("aria-setsize", this.isAtEnd ? this.takes.length : -1);
    const isCurrent = take.number === this.current;
    row.element.tabIndex = isCurrent ? 0 : -1;
    if (isCurrent) row.element.setAttribute("aria-current", "true");
    else row.element.removeAttribute("aria-current");
    if (isCurrent && this.hadFocus) {
      this.hadFocus = false;
      row.element.focus({ preventScroll: true });
    }
  }

  /** Takes a row out of the page; the focus comes back to the current one when that is made again. */
  remove(row) {
    this.hadFocus ||= row.element.contains(document.activeElement);
    row.leave();
    this.rows.delete(row.take.number);
  }

  clear() { for (const row of [...this.rows.values()]) this.remove(row); }

  drawAgain() { for (const row of this.rows.values()) row.draw(); }
}
