// Piano rolls: fetched as they come into view, and drawn on a canvas.

import * as server from "./server.js";

/** The rolls that are kept; a screen shows a dozen or two. */
const most = 400;
/** How many are asked for at a time: a browser opens six connections to one place. */
const atOnce = 3;

const rolls = new Map();
let waiting = [];
let running = 0;

/** A take's roll if it is here already, else `undefined`. */
export function known(take) { return rolls.get(take); }

/** Forgets a take's roll, of which something has changed. */
export function forget(take) { rolls.delete(take); }

/** Asks for a take's roll; the last that is asked for is fetched first. Returns how to withdraw. */
export function fetchRoll(take, done, failed) {
  const abort = new AbortController();
  const order = { take, done, failed, abort };
  waiting.push(order);
  work();
  return () => {
    waiting = waiting.filter(other => other !== order);
    abort.abort();
  };
}

function work() {
  while (running < atOnce && waiting.length) {
    const order = waiting.pop();
    running += 1;
    server.roll(order.take, order.abort.signal).then(roll => {
      rolls.set(order.take, roll);
      if (rolls.size > most) rolls.delete(rolls.keys().next().value);
      if (!order.abort.signal.aborted) order.done(roll);
    }).catch(error => {
      if (error.name !== "AbortError") order.failed(error);
    }).finally(() => {
      running -= 1;
      work();
    });
  }
}

/** The colours of the page, by their names in the style sheet. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = name => style.getPropertyValue(`--${name}`).trim();
  return {
    played: read("played"), generated: read("generated"), mixed: read("mixed"), rule: read("rule"),
    faint: read("faint"), kept: read("kept"),
  };
}

/** The distance of the time lines in seconds, so that they stand no closer than 70 pixels. */
function step(seconds, width) {
  return [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800].find(step => step / seconds * width >= 70) ?? 3600;
}

/** Draws a roll: lines of time and of the keys C, kept phrases, notes, and below where the pedal is down. */
export function draw(canvas, roll, origin, colours) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!width || !height) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  const seconds = Math.max(roll.seconds, 0.001);
  const x = time => time / seconds * width;
  const pedalHeight = 4;
  const bottom = height - pedalHeight - 3;

  let [lowest, highest] = [127, 0];
  for (const note of roll.notes) {
    lowest = Math.min(lowest, note[2]);
    highest = Math.max(highest, note[2]);
  }
  if (lowest > highest) [lowest, highest] = [60, 60];
  // At least three octaves, so that few notes do not become beams.
  const lack = Math.max(0, 36 - (highest - lowest)) / 2;
  [lowest, highest] = [lowest - lack - 1, highest + lack + 1];
  const keyHeight = bottom / (highest - lowest + 1);
  const y = pitch => (highest - pitch) * keyHeight;

  context.fillStyle = colours.kept;
  context.globalAlpha = 0.16;
  for (const phrase of roll.phrases)
    context.fillRect(x(phrase.from), 0, x(phrase.to) - x(phrase.from), height);
  context.globalAlpha = 1;
  context.fillStyle = colours.rule;
  for (let pitch = Math.ceil(lowest / 12) * 12; pitch <= highest; pitch += 12)
    context.fillRect(0, Math.round(y(pitch) + keyHeight), width, 1);
  const distance = step(seconds, width);
  for (let at = distance; at < seconds; at += distance)
    context.fillRect(Math.round(x(at)), 0, 1, bottom);
  context.fillStyle = colours.kept;
  for (const phrase of roll.phrases)
    context.fillRect(x(phrase.from), 0, x(phrase.to) - x(phrase.from), 3);
  context.fillStyle = colours[origin];
  for (const [from, to, pitch, velocity] of roll.notes) {
    context.globalAlpha = 0.35 + 0.65 * velocity / 127;
    context.fillRect(
      x(from), y(pitch), Math.max(1.5, x(to) - x(from) - 0.5), Math.max(1.5, keyHeight - 0.4));
  }
  context.globalAlpha = 1;
  context.fillStyle = colours.faint;
  for (const span of roll.pedal)
    context.fillRect(x(span.from), height - pedalHeight, Math.max(1, x(span.to) - x(span.from)), pedalHeight);
}
