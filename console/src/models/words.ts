import type { ModelVersion } from "../api/types";
import type { Messages } from "../i18n/catalogue.en";

/** What a model answers, in the reader's language where it is one that we ship; else as the version says it. */
export function questionOf({ name, question }: ModelVersion, m: Messages): string {
  return m.modelQuestions[name] ?? question;
}
