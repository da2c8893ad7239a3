import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { ApiProblem } from "../api/client";
import type { ApplicationView, Journey } from "../api/onboarding";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { CodeInput } from "./CodeInput";
import { DIGITS, EMPTY } from "./code";

/** Enter the code of the SMS; a whole one is sent by itself. Another can be asked for, after a while, three in all. */
export function PhoneStep({
  view,
  journey,
  take,
}: {
  view: ApplicationView;
  journey: Journey;
  take: (view: ApplicationView) => void;
}) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [boxes, setBoxes] = useState<readonly string[]>(EMPTY);
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const [sent, setSent] = useState(false);
  const left = useSecondsUntil(view.code_again_at);
  const code = boxes.join("");

  async function run(name: string, work: () => Promise<ApplicationView>): Promise<boolean> {
    setBusy(name);
    setFailure(null);
    setSent(false);
    try {
      take(await work());
      return true;
    } catch (error) {
      setFailure(error);
      setBoxes(EMPTY);
      setAttempt((times) => times + 1);
      return false;
    } finally {
      setBusy("");
    }
  }

  const enter = (whole: string) => run("code", () => journey.code(whole));
  const change = (next: string[]) => {
    setBoxes(next);
    if (next.join("").length === DIGITS && busy === "") void enter(next.join(""));
  };
  const again = async () => {
    if (await run("another", journey.another)) setSent(view.codes_left > 0);
  };
  return (
    <Container header={<Header variant="h2">{o.codeTitle}</Header>}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (code.length === DIGITS && busy === "") void enter(code);
        }}
      >
        <SpaceBetween size="m">
          <div id="code-about">{o.codeAbout}</div>
          <CodeInput
            key={attempt}
            boxes={boxes}
            change={change}
            invalid={failure !== null}
            busy={busy === "code"}
            describedBy="code-about"
          />
          <div role="alert">
            {failure !== null && <Alert type="error">{refusal(failure, view.codes_left, m)}</Alert>}
          </div>
          <div role="status">{sent && <Alert type="success">{o.anotherSent}</Alert>}</div>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" formAction="submit" loading={busy === "code"} disabled={code.length < DIGITS}>
              {o.checkCode}
            </Button>
            <Button
              formAction="none"
              loading={busy === "another"}
              disabled={left > 0 && view.codes_left > 0}
              onClick={() => void again()}
            >
              {view.codes_left === 0 ? o.askHelp : left > 0 ? o.anotherIn(left) : o.another}
            </Button>
          </SpaceBetween>
          <Box color="text-body-secondary" variant="small">
            {view.codes_left === 0 ? o.noCodesLeft : o.codesLeft(view.codes_left)}
          </Box>
        </SpaceBetween>
      </form>
    </Container>
  );
}

/** Whole seconds until a moment, counted down; 0 afterwards. */
function useSecondsUntil(moment: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  const left = moment === null ? 0 : Math.max(0, Math.ceil((moment - now) / 1000));
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), 1000);
    return () => clearTimeout(timer);
  }, [left, now]);
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), 0);
    return () => clearTimeout(timer);
  }, [moment]);
  return left;
}

type Messages = ReturnType<typeof useI18n>["m"];

function refusal(error: unknown, codesLeft: number, m: Messages): string {
  if (error instanceof ApiProblem) {
    if (error.status === 422 || error.status === 400) return m.onboarding.codeWrong;
    if (error.status === 409) return codesLeft > 0 ? m.onboarding.codeUsed : m.onboarding.phoneGivenUp;
  }
  return describe(error, m);
}
