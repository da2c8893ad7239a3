import { useCallback, useEffect, useMemo, useState } from "react";
import { models } from "../api/models";
import type { Cell, ModelField } from "../api/types";
import { remember, rowOf, usual, type Texts, type Variant } from "./whatif";

const PAUSE_MS = 500;
const SUBJECT = "what-if";

export interface WhatIf {
  texts: Texts;
  change: (field: string, text: string) => void;
  wrong: string[];
  /** Required fields that are not given. */
  lacking: ModelField[];
  /** Puts what is usual in training, or an example, into every field. */
  fillUsual: () => void;
  variants: Variant[];
  busy: boolean;
  error: unknown;
  retry: () => void;
  startOver: () => void;
}

/** Asks the model a short pause after the last change; an answer to an older question is not shown. */
export function useWhatIf(name: string, fields: ModelField[]): WhatIf {
  const [texts, setTexts] = useState<Texts>({});
  const [variants, setVariants] = useState<Variant[]>([]);
  const [asked, setAsked] = useState(0);
  const [settled, setSettled] = useState<{ question: unknown; error: unknown }>({ question: null, error: null });
  const { row, wrong } = useMemo(() => rowOf(fields, texts), [fields, texts]);
  // Nothing is asked before something is known, and everything that the model cannot do without.
  const lacking = useMemo(() => fields.filter(({ name, required }) => required && !(name in row)), [fields, row]);
  const whole = wrong.length === 0 && lacking.length === 0 && Object.keys(row).length > 0;
  // A space more in a field is no other question.
  const key = JSON.stringify(row);
  const question = useMemo(
    () => ({ row: JSON.parse(key) as Record<string, Cell>, asked, whole }),
    [key, asked, whole],
  );

  useEffect(() => {
    if (!question.whole) return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      models.predict(name, SUBJECT, question.row).then(
        (answer) => {
          if (!wanted) return;
          setVariants((known) => remember(known, question.row, answer));
          setSettled({ question, error: null });
        },
        (error: unknown) => wanted && setSettled({ question, error }),
      );
    }, PAUSE_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [name, question]);

  return {
    texts,
    wrong,
    lacking,
    variants,
    fillUsual: useCallback(() => setTexts(usual(fields)), [fields]),
    change: useCallback((field: string, text: string) => setTexts((known) => ({ ...known, [field]: text })), []),
    busy: question.whole && settled.question !== question,
    error: question.whole ? settled.error : null,
    retry: useCallback(() => setAsked((times) => times + 1), []),
    startOver: useCallback(() => {
      setTexts({});
      setVariants([]);
      setAsked((times) => times + 1);
    }, []),
  };
}
