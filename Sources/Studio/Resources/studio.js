// The studio: what the keys, the pointer and the buttons do, and what is shown of it.

import * as server from "./server.js";
import * as words from "./words.js";
import * as keys from "./keys.js";
import { Player } from "./player.js";
import { Wall } from "./wall.js";

const find = id => document.getElementById(id);
/** The pause before the next take begins by itself, in which a take can still be judged, in milliseconds. */
const breath = 2000;

/** The takes of the verdicts that were given in this window, in the order of the verdicts. */
const said = [];
/** The phrase that is being marked on a take. */
let mark = null;
let goesOn = false;
/** Each action begins another wait for the next take. */
let wait = 0;

// MARK: What is said

function say(text, isError = false) {
  const message = find("message");
  message.textContent = text;
  message.classList.toggle("error", isError);
}

function fail(error) { say(error.message ?? `${error}`, true); }

// MARK: What is shown

const player = new Player({ ended: goOnSoon, failed: fail, changed: showPlaying });

const wall = new Wall(find("frame"), find("wall"), find("empty"), {
  played: (take, seconds) => act(() => {
    choose(take.number);
    return player.play(seconds);
  }),
  chosen: take => act(() => choose(take.number)),
  marked: (take, from, to) => act(() => {
    choose(take.number);
    setMark({ take: take.number, from, to });
    say(`${words.time(from)} to ${words.time(to)} is marked; k keeps the phrase, Esc takes the marks away`);
  }),
  markAgain: () => showMark(),
  drawn: () => {
    showMark();
    showHead();
  },
  failed: fail,
});

function showPlaying() {
  const button = find("play");
  button.setAttribute("aria-label", player.isPlaying ? "Pause" : "Play");
  button.firstElementChild.textContent = player.isPlaying ? "❚❚" : "▶";
  find("place-take").textContent = player.take === null ? "no take" : `take ${player.take}`;
  showHead();
  if (player.isPlaying) follow();
}

function showHead() {
  const { position } = player;
  find("place-time").textContent =
    player.take === null ? "" : `${words.time(position)} / ${words.time(player.length)}`;
  for (const [number, row] of wall.rows)
    row.showHead(number === player.take && (player.isPlaying || position > 0) ? position : null);
}

let isFollowing = false;
/** Where less motion is asked for the playhead steps four times a second. */
const lessMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

function follow() {
  if (isFollowing) return;
  isFollowing = true;
  const step = () => {
    player.look();
    showHead();
    if (!player.isPlaying) {
      isFollowing = false;
      return;
    }
    if (lessMotion.matches || document.hidden) setTimeout(step, 250);
    else requestAnimationFrame(step);
  };
  step();
}

function setMark(to) {
  mark = to;
  showMark();
}

function showMark() {
  for (const [number, row] of wall.rows) row.showMark(mark?.take === number ? mark : null);
  find("keep").textContent = mark && mark.to !== null ? "Keep phrase" : "Keep";
}

// MARK: What is done

/** Does what was asked for; what goes wrong is said. */
async function act(work) {
  wait += 1;
  say("");
  try {
    await work();
  } catch (error) {
    fail(error);
  }
}

/** Makes a take the current one, at its beginning if it was not. */
function choose(number) {
  const take = wall.take(number);
  if (!take) return;
  wall.choose(number);
  if (player.take === number) return;
  setMark(null);
  player.load(number, take.seconds);
  showPlaying();
}

/** The current take's number. */
function current() {
  if (wall.current === null) throw new Error("no take is chosen");
  if (player.take !== wall.current) choose(wall.current);
  return wall.current;
}

/** Verdicts are given in the order of the keys, however fast these are pressed. */
let turn = Promise.resolve();

function inTurn(work) {
  const done = turn.then(work);
  turn = done.catch(() => {});
  return done;
}

function judge(take, verdict, change) {
  return inTurn(async () => {
    const report = await verdict();
    said.push(take);
    say(words.said(report));
    const known = wall.take(take);
    if (known) wall.replace({ ...known, ...change });
  });
}

function keep() {
  const take = current();
  if (!mark) return judge(take, () => server.keep(take), { judgement: "keep" });
  if (mark.to === null) throw new Error("mark the end of the phrase first, with m; or Esc for no phrase");
  const { from, to } = mark;
  setMark(null);
  return judge(take, () => server.keep(take, from, to), { judgement: "keep" });
}

function markHere() {
  const take = current();
  const now = player.position;
  if (!mark || mark.to !== null) {
    setMark({ take, from: now, to: null });
    say("the phrase begins here; m again where it ends");
  } else if (mark.from === now) {
    throw new Error("the phrase is empty: play on, and mark its end with m");
  } else {
    setMark({ take, from: Math.min(mark.from, now), to: Math.max(mark.from, now) });
    say("k keeps the phrase; Esc takes the marks away");
  }
}

function undo() {
  return inTurn(async () => {
    const take = said.at(-1);
    if (take === undefined) throw new Error("nothing was said in this window that is not undone");
    const report = await server.undo(take);
    said.pop();
    choose(take);
    say(words.said(report));
  });
}

function writeNote() {
  const take = current();
  const dialog = find("note");
  const text = find("note-text");
  find("note-heading").textContent = `Note on take ${take}`;
  text.value = wall.take(take)?.note ?? "";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => {
    wall.choose(take);
    if (dialog.returnValue !== "write") return goOnSoon();
    return act(() => judge(take, () => server.note(take, text.value), { note: text.value }));
  }, { once: true });
  dialog.showModal();
}

function next(distance, plays) {
  const there = wall.neighbour(distance);
  if (!there) {
    if (distance > 0) say("that was the last one");
    return undefined;
  }
  if (!plays) {
    wall.choose(there.number);
    return undefined;
  }
  choose(there.number);
  return player.play(0);
}

/** Goes on to the next take after a pause, if nothing was done meanwhile and no phrase waits to be kept. */
function goOnSoon() {
  wait += 1;
  if (!goesOn) return;
  const begun = wait;
  setTimeout(() => {
    const isOver = !player.isPlaying && player.take !== null && player.position >= player.length;
    if (begun !== wait || !goesOn || !isOver || mark || document.querySelector("dialog[open]")) return;
    act(() => next(1, true));
  }, breath);
}

const actions = {
  playOrPause() {
    current();
    return player.isPlaying ? player.pause() : player.play();
  },
  wind({ seconds }) {
    current();
    return player.seek(player.position + seconds);
  },
  toStart() {
    current();
    return player.seek(0);
  },
  keep,
  discard() {
    const take = current();
    return judge(take, () => server.discard(take), { judgement: "discard" });
  },
  rate({ rating }) {
    const take = current();
    return judge(take, () => server.rate(take, rating), { rating });
  },
  note: writeNote,
  mark: markHere,
  clearMarks: () => setMark(null),
  undo,
  goOn() {
    goesOn = !goesOn;
    find("go-on").setAttribute("aria-pressed", `${goesOn}`);
    say(goesOn ? "the next take begins by itself at a take's end" : "the next take waits for you");
  },
  next: () => next(1, true),
  back: () => next(-1, true),
  quit: () => player.pause(),
  up: () => next(-1, false),
  down: () => next(1, false),
  search: () => find("filters").elements.search.focus(),
  help: () => find("help").showModal(),
};

async function perform(key) {
  await act(() => actions[key.action]?.(key));
  // An audition goes on at a take's end also after something was said of it.
  if (player.take !== null && player.position >= player.length) goOnSoon();
  showHead();
}

// MARK: Which takes

function filter() {
  const values = Object.fromEntries(new FormData(find("filters")));
  return { ...values, search: values.search.trim() };
}

async function list() {
  try {
    const listed = await wall.list(filter());
    if (listed) showTotals(listed);
  } catch (error) {
    fail(error);
  }
}

function showTotals({ total, playedSeconds }) {
  find("totals").textContent =
    `${words.count(total, "take")}, ${words.length(playedSeconds)} of your own playing`;
}

let typing = 0;
find("filters").addEventListener("input", event => {
  clearTimeout(typing);
  typing = setTimeout(list, event.target.matches("select") ? 0 : 200);
});
find("filters").addEventListener("submit", event => {
  event.preventDefault();
  wall.choose(wall.current);
});
find("filters-button").addEventListener("click", event => {
  const isOpen = document.body.classList.toggle("filtering");
  event.currentTarget.setAttribute("aria-expanded", `${isOpen}`);
});

find("help-button").addEventListener("click", () => actions.help());
find("play").addEventListener("click", () => perform({ action: "playOrPause" }));
for (const button of document.querySelectorAll("[data-action]"))
  button.addEventListener("click", () =>
    perform({ action: button.dataset.action, rating: Number(button.dataset.rating) }));

// MARK: Beginning

// The address with its token is exchanged for a cookie, and is not left in the window.
if (location.search) history.replaceState(null, "", "/");

try {
  // What is looked at comes first.
  const listed = list();
  const [project, table] = await Promise.all([server.project(), server.keys()]);
  document.title = `${project.name} · woodshed studio`;
  find("project").textContent = project.name;
  keys.explain(table, find("keys"));
  keys.obey(table, perform);
  await listed;
  server.listen({
    changed: async changes => {
      try {
        await wall.change(changes);
        find("totals").textContent =
          find("totals").textContent.replace(/^\d+ takes?/, words.count(changes.total, "take"));
      } catch (error) {
        fail(error);
      }
    },
    again: async () => {
      say("");
      try {
        await wall.list(filter(), { keepPlace: true });
      } catch (error) {
        fail(error);
      }
    },
    failed: text => say(text, true),
  });
} catch (error) {
  fail(error);
}
