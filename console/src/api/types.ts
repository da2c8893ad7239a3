// Names for the generated types that the console uses.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Call = Schemas["Call"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type Score = Schemas["Score"];
export type Reason = Schemas["Reason"];
export type Note = Schemas["Note"];
export type ActionTaken = Schemas["ActionTaken"];
export type LocalisedText = Schemas["LocalisedText"];
export type Session = Schemas["Session"];
export type Registration = Schemas["Registration"];
export type Registered = Schemas["Registered"];
export type Band = Schemas["Band"];
export type Outcome = NonNullable<Schemas["EndCall"]["outcome"]>;
export type Problem = Schemas["Problem"];
export type CallPage = Schemas["CallPage"];
export type TimelinePage = Schemas["TimelinePage"];

export interface Alert {
  code: "band-high" | "escalated";
  text: LocalisedText;
}
