import { useRef, type KeyboardEvent } from "react";
import { useI18n } from "../i18n/context";
import { DIGITS, erased, typed, type Typed } from "./code";

/** Six boxes for six digits. A pasted or filled-in code fills them all, whichever it arrives in. */
export function CodeInput({
  boxes,
  change,
  invalid,
  busy,
  describedBy,
}: {
  boxes: readonly string[];
  change: (boxes: string[]) => void;
  invalid: boolean;
  busy: boolean;
  describedBy: string;
}) {
  const { m } = useI18n();
  const inputs = useRef<(HTMLInputElement | null)[]>([]);
  const follow = (next: Typed) => {
    if (busy) return;
    change(next.boxes);
    inputs.current[next.focus]?.focus();
  };
  const pressed = (at: number, event: KeyboardEvent) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Backspace") {
      event.preventDefault();
      follow(erased(boxes, at));
    } else if (move !== undefined) {
      event.preventDefault();
      inputs.current[at + move]?.focus();
    }
  };
  return (
    <div role="group" aria-label={m.onboarding.code} className="code">
      {boxes.map((digit, at) => (
        <input
          key={at}
          ref={(element) => {
            inputs.current[at] = element;
          }}
          className="code-box"
          value={digit}
          // Not disabled while it is checked: that would lose the keyboard's place.
          readOnly={busy}
          autoFocus={at === 0}
          inputMode="numeric"
          // Only the first asks the phone for the code of the SMS; it brings all six.
          autoComplete={at === 0 ? "one-time-code" : "off"}
          aria-label={`${m.onboarding.digit} ${at + 1} / ${DIGITS}`}
          aria-invalid={invalid}
          aria-describedby={describedBy}
          onFocus={(event) => event.target.select()}
          onKeyDown={(event) => pressed(at, event)}
          onPaste={(event) => {
            event.preventDefault();
            follow(typed(boxes, at, event.clipboardData.getData("text")));
          }}
          onChange={(event) => {
            // A second digit in a full box replaces the first.
            const text = event.target.value;
            follow(typed(boxes, at, text.length === 2 && digit ? text.replace(digit, "") : text));
          }}
        />
      ))}
    </div>
  );
}
