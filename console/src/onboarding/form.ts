// What an applicant enters, and what is wrong with it before it is sent.
import type { NewApplication, ProductId } from "../api/onboarding";
import { e164 } from "./phone";

export interface Values {
  name: string;
  phone: string;
  callingFrom: string;
  email: string;
  birth_date: string;
  country: string;
  language: "en" | "ja";
}

/** Fields by name, each with the name of its sentence in the catalogue. */
export type Wrong = Partial<Record<"name" | "phone" | "email" | "birth_date" | "country", Sentence>>;
export type Sentence = "name" | "phone" | "email" | "birth_date" | "adult" | "country";

const EMAIL = /^[^@\s]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,63}$/;
const ADULT = 18;
const OLDEST = 120;

/** What is wrong, field by field; empty when all may be sent. `today` is YYYY-MM-DD where the applicant is. */
export function check(values: Values, today: string): Wrong {
  const wrong: Wrong = {};
  const name = values.name.trim();
  if (name === "" || name.length > 100) wrong.name = "name";
  if (e164(values.callingFrom, values.phone) === null) wrong.phone = "phone";
  if (!EMAIL.test(values.email.trim())) wrong.email = "email";
  if (values.country === "") wrong.country = "country";
  const age = ageOn(values.birth_date, today);
  if (age === null || age < 0 || age > OLDEST) wrong.birth_date = "birth_date";
  else if (age < ADULT) wrong.birth_date = "adult";
  return wrong;
}

/** Whole years between two days, or null when the first is none. */
export function ageOn(birth: string, today: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birth)) return null;
  const day = new Date(`${birth}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== birth) return null;
  const years = Number(today.slice(0, 4)) - Number(birth.slice(0, 4));
  return today.slice(5) < birth.slice(5) ? years - 1 : years;
}

/** The request of checked values. */
export function request(values: Values, product: ProductId, device: string): NewApplication {
  return {
    name: values.name.trim(),
    phone: e164(values.callingFrom, values.phone) ?? "",
    email: values.email.trim(),
    birth_date: values.birth_date,
    country: values.country,
    language: values.language,
    product,
    device,
    // Minutes east of UTC; JavaScript counts westwards.
    utc_offset_min: -new Date().getTimezoneOffset(),
  };
}
