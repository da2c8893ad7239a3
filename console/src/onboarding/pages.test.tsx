import { renderToString } from "react-dom/server";
import { MemoryRouter } from "react-router-dom";
import { describe, expect, it, vi } from "vitest";
import type { Journey, OperatorView } from "../api/onboarding";
import en from "../i18n/catalogue.en";
import ja from "../i18n/catalogue.ja";
import { application, forOperator } from "./fixtures";

const { shown, reader } = vi.hoisted(() => ({ shown: { language: "en" }, reader: { username: "yuki" } }));
vi.mock("../i18n/context", () => ({
  useI18n: () => ({
    m: shown.language === "ja" ? ja : en,
    language: shown.language,
    moment: (ms: number) => new Date(ms).toISOString().slice(0, 10),
  }),
}));
vi.mock("../session", () => ({ useSession: () => ({ user: reader, isLead: true }) }));
const { Wizard } = await import("./Wizard");
const { Work } = await import("./Work");
const { Hits } = await import("./Applies");

const never = <T,>() => new Promise<T>(() => undefined);
const journey: Journey = {
  session: null,
  status: never,
  code: never,
  another: never,
  video: never,
  documents: never,
  address: never,
  sign: never,
};

function seen(view: ReturnType<typeof application>, language = "en"): string {
  shown.language = language;
  return renderToString(<Wizard first={view} journey={journey} startNew={() => undefined} />);
}

function work(of: OperatorView): string {
  shown.language = "en";
  return renderToString(
    <MemoryRouter>
      <Work of={of} changed={() => undefined} />
    </MemoryRouter>,
  );
}

describe("what an applicant sees", () => {
  it("is what they can do at the step that waits for them", () => {
    expect(seen(application("phone", "code"))).toContain(en.onboarding.codeTitle);
    expect(seen(application("video", "video"))).toContain(en.onboarding.videoOpens);
    const documents = [
      { document_id: "d1", signed: true },
      { document_id: "d2", signed: false },
    ];
    const page = seen(application("documents", "signature", { documents }));
    expect(page).toContain(en.onboarding.documentsTitle);
    // Only the first unsigned document has a place for the name.
    expect(page.match(/name="signature"/g)).toHaveLength(1);
  });
  it("is that somebody else works, where nothing is asked of them", () => {
    expect(seen(application("plan"))).toContain(en.onboarding.working);
    expect(seen(application("review", "review"))).toContain(en.onboarding.reviewTitle);
    expect(seen(application("documents", "help"))).toContain(en.onboarding.hitchTitle);
    // What was waited for at the step before is not asked again.
    expect(seen(application("plan", "code"))).not.toContain(en.onboarding.codeTitle);
  });
  it("counts what codes are left, and offers a person after the last", () => {
    expect(seen(application("phone", "code", { codes_left: 1 }))).toContain("one more code");
    expect(seen(application("phone", "code", { codes_left: 0 }))).toContain(en.onboarding.askHelp);
  });
  it.each(["rejected", "withdrawn", "expired", "cancelled"] as const)("ends kindly: %s", (state) => {
    const page = seen(application(state, null, { steps: [] }));
    expect(page).toContain(en.onboarding.endings[state].title);
    expect(page).toContain(en.onboarding.startNew);
  });
  it("is the welcome, without a way to go any more, at the good end", () => {
    const page = seen(application("active"));
    expect(page).toContain(en.onboarding.activeTitle);
    expect(page).not.toContain(en.onboarding.stepOf);
  });
  it("speaks Japanese", () => {
    expect(seen(application("phone", "code"), "ja")).toContain(ja.onboarding.codeTitle);
  });
});

describe("what an operator is asked", () => {
  it("is a decision in a review, unless the application is their own", () => {
    expect(work(forOperator(application("review", "review")))).toContain(en.onboarding.decide);
    const own = work(forOperator(application("review", "review"), { username: reader.username }));
    expect(own).toContain(en.onboarding.ownApplication);
    expect(own).not.toContain(en.onboarding.decide);
  });
  it("is help where a step failed, naming step and vendor", () => {
    const failed = { failed_step: "documents", failed_vendor: "foxit" };
    const page = work(forOperator(application("documents", "help"), failed));
    expect(page).toContain("foxit");
    expect(page).toContain(en.onboarding.retry);
    expect(page).toContain(en.onboarding.giveUp);
  });
  it("is whether the call took place, while it is waited for", () => {
    expect(work(forOperator(application("video", "video")))).toContain(en.onboarding.videoHeld);
    expect(work(forOperator(application("video")))).toBe("");
  });
  it("tells rules on trial from those that count", () => {
    shown.language = "en";
    const hit = { rule: "digits_in_name", verdict: "review" as const, detail: "the name holds digits", shadow: false };
    expect(renderToString(<Hits hits={[hit]} />)).not.toContain(en.onboarding.shadow);
    expect(renderToString(<Hits hits={[{ ...hit, shadow: true }]} />)).toContain(en.onboarding.shadow);
  });
});
