// The six boxes of a code as one value, so that typing, deleting and pasting are one operation each.

export const DIGITS = 6;
export interface Typed {
  boxes: string[];
  /** The box that is next. */
  focus: number;
}

export const EMPTY: readonly string[] = Array.from({ length: DIGITS }, () => "");

/** What was typed or pasted into a box: its digits fill this and the following ones. */
export function typed(boxes: readonly string[], at: number, text: string): Typed {
  const digits = text.normalize("NFKC").replace(/\D/g, "").slice(0, DIGITS);
  // A whole code replaces everything, wherever it is pasted.
  const start = digits.length === DIGITS ? 0 : at;
  const next = [...boxes];
  if (digits === "") next[at] = "";
  for (let offset = 0; offset < digits.length && start + offset < DIGITS; offset += 1)
    next[start + offset] = digits.charAt(offset);
  return { boxes: next, focus: Math.min(start + digits.length, DIGITS - 1) };
}

/** Backspace: empties this box, or the one before when this is empty already. */
export function erased(boxes: readonly string[], at: number): Typed {
  const where = boxes[at] === "" ? Math.max(0, at - 1) : at;
  return { boxes: boxes.map((digit, index) => (index === where ? "" : digit)), focus: where };
}
