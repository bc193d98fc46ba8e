// The sound of a take from any moment on: a WAV file that is heard while it comes in.
//
// It is scheduled piece by piece on the clock of the sound card, by which the playhead goes, too. No more than some
// seconds are taken ahead, so the studio makes no more than is heard.

import * as server from "./server.js";

const header = 44;
const rate = 44100;
/** How far ahead sound is taken in, in seconds. */
const ahead = 8;
/** How long before its moment the first piece is scheduled, in seconds. */
const lead = 0.03;

export class Player {
  /** `told`: `ended()` at a take's end, `failed(error)`, `changed()` when it plays or pauses. */
  constructor(told) {
    this.told = told;
    this.take = null;
    this.length = 0;
    this.isPlaying = false;
    /** Where it stands while nothing is heard yet, in seconds. */
    this.stand = 0;
    /** The moment of the sound card's clock at which the take's second `stand` is heard. */
    this.begin = null;
    this.run = 0;
  }

  /** Where playing is, in seconds since the take began. */
  get position() {
    if (!this.isPlaying || this.begin === null) return this.stand;
    const heard = this.context.currentTime - (this.context.outputLatency || 0) - this.begin;
    return Math.min(this.length, this.stand + Math.max(0, heard));
  }

  /** Makes a take the one to play, without playing it. */
  load(take, length, position = 0) {
    this.pause();
    Object.assign(this, { take, length, stand: position });
  }

  pause() {
    const position = this.position;
    this.silence();
    this.stand = position;
    if (this.isPlaying) {
      this.isPlaying = false;
      this.told.changed();
    }
  }

  seek(position) {
    const place = Math.min(this.length, Math.max(0, position));
    if (this.isPlaying && place < this.length) return this.play(place);
    this.pause();
    this.stand = place;
  }

  /** Plays from a moment on, in seconds; without one from where it stands, or from the beginning if that is the end. */
  async play(from = this.stand >= this.length - 0.05 ? 0 : this.stand) {
    this.silence();
    this.stand = Math.max(0, Math.min(from, this.length - 0.02));
    this.isPlaying = true;
    this.told.changed();
    const run = this.run;
    this.context ??= new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    if (this.context.state !== "running") this.context.resume();
    this.abort = new AbortController();
    this.gain = this.context.createGain();
    this.gain.connect(this.context.destination);
    try {
      const reader = await server.sound(this.take, this.stand, this.abort.signal);
      await this.read(reader, run);
    } catch (error) {
      if (run !== this.run || error.name === "AbortError") return;
      this.pause();
      this.told.failed(error);
    }
  }

  /** Schedules what comes in, until all is there or something else is played. */
  async read(reader, run) {
    let skip = header;
    let rest = new Uint8Array(0);
    let next = null;
    while (run === this.run) {
      const { done, value } = await reader.read();
      if (done || run !== this.run) return;
      let bytes = value;
      if (skip > 0) {
        const skipped = Math.min(skip, bytes.length);
        skip -= skipped;
        bytes = bytes.subarray(skipped);
      }
      if (rest.length) {
        const joined = new Uint8Array(rest.length + bytes.length);
        joined.set(rest);
        joined.set(bytes, rest.length);
        bytes = joined;
      }
      const frames = Math.floor(bytes.length / 4);
      rest = bytes.slice(frames * 4);
      if (!frames) continue;
      const now = this.context.currentTime;
      if (next === null) {
        next = now + lead;
        this.begin = next;
      } else if (next < now) {
        // It came too late: what follows is later by as much.
        this.begin += now + lead - next;
        next = now + lead;
      }
      this.schedule(bytes, frames, next);
      next += frames / rate;
      while (run === this.run && next - this.context.currentTime > ahead)
        await new Promise(resolve => setTimeout(resolve, 250));
    }
  }

  /** Schedules frames of 16 bits, left and right, at a moment of the sound card's clock. */
  schedule(bytes, frames, moment) {
    const buffer = this.context.createBuffer(2, frames, rate);
    const samples = new DataView(bytes.buffer, bytes.byteOffset, frames * 4);
    const [left, right] = [buffer.getChannelData(0), buffer.getChannelData(1)];
    for (let frame = 0; frame < frames; frame += 1) {
      left[frame] = samples.getInt16(4 * frame, true) / 32768;
      right[frame] = samples.getInt16(4 * frame + 2, true) / 32768;
    }
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.start(moment);
  }

  /** Ends what is heard within some milliseconds, so that it does not click. */
  silence() {
    this.run += 1;
    this.abort?.abort();
    this.abort = null;
    this.begin = null;
    const { gain, context } = this;
    if (!gain) return;
    this.gain = null;
    gain.gain.setValueAtTime(1, context.currentTime);
    gain.gain.linearRampToValueAtTime(0, context.currentTime + 0.02);
    setTimeout(() => gain.disconnect(), 100);
  }

  /** Whether the take has come to its end; to be asked for now and then. What dies away then is still heard. */
  look() {
    if (!this.isPlaying || this.begin === null || this.position < this.length) return;
    this.stand = this.length;
    this.isPlaying = false;
    this.begin = null;
    this.told.changed();
    this.told.ended();
  }
}
