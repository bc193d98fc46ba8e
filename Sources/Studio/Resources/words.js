// Lengths, days and verdicts as a person reads them.

/** "0:48", "12:05", "2:41:07". */
export function time(seconds) {
  const whole = Math.round(seconds);
  const two = number => String(number).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  if (whole < 3600) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(whole / 3600)}:${two(minutes)}:${two(whole % 60)}`;
}

/** "2.7 hours", "24 minutes", "40 seconds". */
export function length(seconds) {
  if (seconds < 90) return count(Math.round(seconds), "second");
  if (seconds < 5400) return count(Math.round(seconds / 60), "minute");
  return `${Math.round(seconds / 360) / 10} hours`;
}

/** "1 take", "8 takes". */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

const days = new Intl.DateTimeFormat(undefined, {
  weekday: "long", day: "numeric", month: "long", year: "numeric",
});
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** "Monday, 30 November 2026", as this browser's language has it. */
export function day(date) { return days.format(date); }

/** "21:04", as this browser's language has it. */
export function hour(date) { return clock.format(date); }

/** What was said of a take: "kept", "2 phrases kept", "discarded"; empty for nothing. */
export function judgement(take, phrases) {
  if (take.judgement === "discard") return "discarded";
  if (take.judgement !== "keep") return "";
  return phrases.length ? `${count(phrases.length, "phrase")} kept` : "kept";
}

/** All that a row says, for whoever hears it. */
export function spoken(take, phrases) {
  const parts = [
    `Take ${take.number}`, take.origin, `${take.source}`, length(take.seconds),
    count(take.notes, "note"), judgement(take, phrases) || "not judged",
  ];
  if (take.rating) parts.push(`rated ${take.rating} of 5`);
  if (take.heldOut) parts.push("set aside for judging");
  if (take.note) parts.push(`note: ${take.note}`);
  return parts.join(", ");
}

/** "kept take 12, from 0:14 to 0:31", of a verdict that was stored or taken back. */
export function said(report) {
  return report.verdicts.map(verdict => {
    const what = {
      keep: () => verdict.from === undefined ? `kept take ${verdict.take}`
        : `kept take ${verdict.take}, from ${time(verdict.from)} to ${time(verdict.to)}`,
      discard: () => `discarded take ${verdict.take}`,
      rating: () => `rated take ${verdict.take}: ${verdict.rating} of 5`,
      note: () => `noted of take ${verdict.take}: ${verdict.note}`,
    }[verdict.kind];
    return (report.isUndone ? "undone: " : "") + (what ? what() : verdict.kind);
  }).join("; ");
}
