// Applications for tests, as the service would tell them.
import type { ApplicationView, OperatorView } from "../api/onboarding";

type Step = ApplicationView["steps"][number]["step"];
const USUAL: Step[] = ["screening", "phone", "plan", "documents", "crm", "welcome"];

/** The steps of a way with the present one at `now`. */
function way(now: ApplicationView["state"], all: Step[]): ApplicationView["steps"] {
  const place = all.indexOf(now);
  return all.map((step, index) => ({
    step,
    standing: index < place ? "done" : index === place ? "now" : "ahead",
  }));
}

/** An application at a state that waits for `what`, or for nobody. */
export function application(
  state: ApplicationView["state"],
  what: NonNullable<ApplicationView["waiting"]>["what"] | null = null,
  more: Partial<ApplicationView> = {},
): ApplicationView {
  const all = USUAL.includes(state) ? USUAL : [...USUAL.slice(0, 3), state, ...USUAL.slice(3)];
  return {
    application_id: "a-1",
    product: "current_account",
    language: "en",
    state,
    steps: way(state, all),
    waiting: what && { what, since: 1, until: Date.UTC(2026, 10, 30), reminders: 0 },
    documents: [],
    codes_left: 2,
    code_again_at: null,
    started_at: 1,
    changed_at: 1,
    ...more,
  };
}

/** The same for an operator. */
export function forOperator(view: ApplicationView, more: Partial<OperatorView> = {}): OperatorView {
  return {
    ...view,
    username: "nora",
    tags: [],
    hits: [],
    plan: null,
    failed_step: null,
    failed_vendor: null,
    case_id: null,
    customer_id: null,
    version: 3,
    ...more,
  };
}
