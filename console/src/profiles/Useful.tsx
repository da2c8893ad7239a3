import Button from "@cloudscape-design/components/button";
import { recommendations } from "../api/recommendations";
import type { Recommendation } from "../api/types";
import { Refusal } from "../cases/Refusal";
import { useAct } from "../cases/useAct";
import { useI18n } from "../i18n/context";
import { useSession } from "../session";

/** Whether the reader found a recommendation useful; the last word counts. */
export function Useful({ one, changed }: { one: Recommendation; changed: () => void }) {
  const { m, say } = useI18n();
  const { user } = useSession();
  const p = m.profile;
  const { busy, refusal, act } = useAct(changed);
  const mine = one.feedback.find(({ by }) => by === user?.username)?.helpful;
  const word = (helpful: boolean) => (
    <Button
      variant="inline-icon"
      iconName={
        helpful ? (mine === true ? "thumbs-up-filled" : "thumbs-up") : mine === false ? "thumbs-down-filled" : "thumbs-down"
      }
      ariaLabel={`${p.wasItUseful} ${helpful ? p.yes : p.no}: ${say(one.text)}${mine === helpful ? " ✓" : ""}`}
      disabled={busy !== ""}
      onClick={() => void act("judge", () => recommendations.judge(one, helpful, ""))}
    />
  );
  return (
    <div>
      {p.wasItUseful} {word(true)} {word(false)}
      <Refusal error={refusal} />
    </div>
  );
}
