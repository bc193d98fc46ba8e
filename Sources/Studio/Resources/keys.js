// The keys of the page: those of an audition in the terminal, by the same table, and a few of the page's own.

/** What only the page has. */
const own = [
  { key: "ArrowUp", action: "up", explanation: "choose the take above" },
  { key: "ArrowDown", action: "down", explanation: "choose the take below" },
  { key: "/", action: "search", explanation: "search" },
  { key: "?", action: "help", explanation: "show the keys" },
];

const names = {
  " ": "space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc",
};

function name(key) { return (key.shift ? "Shift-" : "") + (names[key.key] ?? key.key); }

/** Calls `act(key)` for each key of the table that is pressed where it means something. */
export function obey(table, act) {
  const all = [...table, ...own];
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const { target } = event;
    if (target.matches("input, select, textarea")) {
      if (event.key === "Escape") target.blur();
      return;
    }
    // A button that has the focus is pressed by these.
    if (target.matches("button, summary, a") && [" ", "Enter"].includes(event.key)) return;
    const isArrow = event.key.startsWith("Arrow");
    const pressed = all.find(key => key.key === event.key && (!isArrow || Boolean(key.shift) === event.shiftKey));
    if (!pressed) return;
    event.preventDefault();
    act(pressed);
  });
}

/** Writes what the keys do; neighbours that do the same stand together. */
export function explain(table, list) {
  const groups = [];
  for (const key of [...table, ...own]) {
    const last = groups.at(-1);
    if (last?.explanation === key.explanation) last.names.push(name(key));
    else groups.push({ explanation: key.explanation, names: [name(key)] });
  }
  list.replaceChildren(...groups.flatMap(({ explanation, names }) => {
    const term = document.createElement("dt");
    const shown = names.length > 2 ? `${names[0]}–${names.at(-1)}` : names.join(" ");
    term.textContent = shown;
    const meaning = document.createElement("dd");
    meaning.textContent = explanation;
    return [term, meaning];
  }));
}
