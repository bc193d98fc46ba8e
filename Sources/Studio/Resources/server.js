// What the page asks the studio, and what the studio tells it.

const silence = "the studio does not answer; is it still running in the terminal?";

/** An answer as JSON; an error has the sentence that the studio says. */
async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(silence);
  }
  if (response.ok) return response.json();
  throw await failure(response);
}

/** The sentence with which something was refused. */
async function failure(response) {
  const answer = await response.json().catch(() => ({}));
  return new Error(answer.error ?? `the studio answers ${response.status}`);
}

function send(path, body = {}) {
  return ask(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
}

export const project = () => ask("/api/project");
export const keys = async () => (await ask("/api/keys")).keys;
export const roll = (take, signal) => ask(`/api/takes/${take}/roll`, { signal });
export const keep = (take, from, until) => send(`/api/takes/${take}/keep`, { from, until });
export const discard = take => send(`/api/takes/${take}/discard`);
export const rate = (take, rating) => send(`/api/takes/${take}/rate`, { rating });
export const note = (take, note) => send(`/api/takes/${take}/note`, { note });
export const undo = take => send(`/api/takes/${take}/undo`);

/** A list of takes, newest first, narrowed by what has a value. */
export function takes(filter) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter))
    if (value !== "" && value !== null && value !== undefined) query.set(name, value);
  return ask(`/api/takes?${query}`);
}

/** A take's sound from a moment on: a stream of bytes of a WAV file. */
export async function sound(take, from, signal) {
  let response;
  try {
    response = await fetch(`/api/takes/${take}/sound.wav?from=${from.toFixed(3)}`, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error(silence);
  }
  if (response.ok) return response.body.getReader();
  throw await failure(response);
}

/**
 * Listens to what changes in the library while the page is seen: a browser opens only six connections to one
 * place, which several windows share.
 */
export function listen({ changed, again, failed }) {
  let source = null;
  let wasOpen = false;
  const open = () => {
    source = new EventSource("/api/events");
    source.addEventListener("open", () => {
      if (wasOpen) again();
      wasOpen = true;
    });
    source.addEventListener("change", event => changed(JSON.parse(event.data)));
    source.addEventListener("failure", event => failed(JSON.parse(event.data).error));
    source.addEventListener("error", () => failed(silence));
  };
  const look = () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      open();
    }
  };
  document.addEventListener("visibilitychange", look);
  look();
}
