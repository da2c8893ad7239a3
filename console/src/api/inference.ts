// What the models say of one customer now.
import { api } from "./client";
import type { ActionAnswer, Explanation, SegmentAnswer, SpendAnswer, ValueAnswer } from "./types";

const ask = <T>(question: string, body: Record<string, unknown>) => api.send<T>("POST", `/api/inference/${question}`, body);

export const inference = {
  /** Looked at, not asked: nothing is recorded as a prediction. */
  churn: (id: string) => api.send<Explanation>("GET", `/api/inference/explain?${new URLSearchParams({ customer_id: id })}`),
  segment: (id: string) => ask<SegmentAnswer>("segment", { customer_id: id }),
  value: (id: string) => ask<ValueAnswer>("lifetime-value", { customer_id: id }),
  spending: (id: string, months: number) => ask<SpendAnswer>("spend-forecast", { customer_id: id, months }),
  action: (id: string) => ask<ActionAnswer>("next-best-action", { customer_id: id }),
};
