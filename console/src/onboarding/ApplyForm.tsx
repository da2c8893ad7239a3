import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import DateInput from "@cloudscape-design/components/date-input";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useRef, useState } from "react";
import type { Profile } from "../api/account";
import { onboarding, type ApplicationView, type ProductId } from "../api/onboarding";
import { describe, fieldErrors } from "../api/problems";
import { useI18n } from "../i18n/context";
import { deviceId } from "./device";
import { check, request, type Sentence, type Values, type Wrong } from "./form";
import { callingCode, COUNTRIES, split } from "./phone";

type Field = keyof Wrong;
const FIELDS: Field[] = ["name", "country", "phone", "email", "birth_date"];
const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

/**
 * Who applies. What is wrong is said at its field, and the first such field is gone to. What the account already says,
 * `known`, need not be entered again.
 */
export function ApplyForm({
  product,
  known,
  back,
  begun,
}: {
  product: ProductId;
  known: Profile | null;
  back: () => void;
  begun: (view: ApplicationView) => void;
}) {
  const { m, language } = useI18n();
  const o = m.onboarding;
  const home = language === "ja" ? "JP" : "US";
  const [values, setValues] = useState<Values>(() => {
    const number = split(known?.phone_number ?? "", home);
    return {
      name: "",
      phone: number?.written ?? "",
      callingFrom: number?.country ?? home,
      email: known?.email ?? "",
      birth_date: "",
      country: number?.country ?? home,
      language,
    };
  });
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const form = useRef<HTMLFormElement>(null);
  const wrong = check(values, today());
  const refused = fieldErrors(failure);
  const said = (field: Field): string | undefined => {
    const own: Sentence | undefined = tried ? wrong[field] : undefined;
    if (own) return o.wrong[own];
    return refused[field] === undefined ? undefined : o.wrong[field];
  };
  const set = (change: Partial<Values>) => {
    setValues((known) => ({ ...known, ...change }));
    setFailure(null);
  };
  const text = (field: "name" | "email", more: Partial<InputProps>) => (
    <Input {...more} name={field} value={values[field]} onChange={({ detail }) => set({ [field]: detail.value })} />
  );

  async function submit() {
    setTried(true);
    const first = FIELDS.find((field) => wrong[field] !== undefined);
    if (first) {
      form.current?.querySelector<HTMLElement>(`[data-field=${first}] :is(input, button)`)?.focus();
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      begun(await onboarding.start(request(values, product, deviceId())));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <form
      noValidate
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <Form
        header={
          <Header variant="h1" description={o.aboutWhy}>
            {o.products[product].name}: {o.about}
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={back}>
              {o.changeProduct}
            </Button>
            <Button variant="primary" formAction="submit" loading={busy}>
              {o.apply}
            </Button>
          </SpaceBetween>
        }
        secondaryActions={<span className="secondary">{o.applyWill}</span>}
      >
        <Container>
          <SpaceBetween size="m">
            {failure !== null && (
              <div role="alert">
                <Alert type="error">{Object.keys(refused).length > 0 ? o.correct : describe(failure, m)}</Alert>
              </div>
            )}
            <div data-field="name">
              <FormField label={o.name} constraintText={o.nameHint} errorText={said("name")} stretch>
                {text("name", { autoComplete: "name" })}
              </FormField>
            </div>
            <div data-field="birth_date">
              <FormField label={o.birthDate} errorText={said("birth_date")} stretch>
                <DateInput
                  value={values.birth_date}
                  format="slashed"
                  placeholder="YYYY/MM/DD"
                  onChange={({ detail }) => set({ birth_date: detail.value })}
                />
              </FormField>
            </div>
            <div data-field="country">
              <FormField label={o.country} errorText={said("country")} stretch>
                <CountrySelect
                  value={values.country}
                  choose={(country) => set({ country, callingFrom: values.phone ? values.callingFrom : country })}
                />
              </FormField>
            </div>
            <div data-field="phone">
              <FormField label={o.phone} constraintText={o.phoneHint} errorText={said("phone")} stretch>
                <div className="phone">
                  <CountrySelect
                    calling
                    value={values.callingFrom}
                    label={o.callingCode}
                    choose={(callingFrom) => set({ callingFrom })}
                  />
                  <Input
                    name="phone"
                    value={values.phone}
                    inputMode="tel"
                    autoComplete="tel-national"
                    ariaLabel={o.phone}
                    onChange={({ detail }) => set({ phone: detail.value })}
                  />
                </div>
              </FormField>
            </div>
            <div data-field="email">
              <FormField label={o.email} constraintText={o.emailHint} errorText={said("email")} stretch>
                {text("email", { type: "email", autoComplete: "email" })}
              </FormField>
            </div>
            <FormField label={o.languageOf} stretch>
              <Select
                selectedOption={{ value: values.language, label: o.languages[values.language] }}
                options={(["en", "ja"] as const).map((value) => ({ value, label: o.languages[value] }))}
                onChange={({ detail }) => set({ language: detail.selectedOption.value === "ja" ? "ja" : "en" })}
              />
            </FormField>
          </SpaceBetween>
        </Container>
      </Form>
    </form>
  );
}

function CountrySelect({
  value,
  choose,
  calling = false,
  label,
}: {
  value: string;
  choose: (country: string) => void;
  calling?: boolean;
  label?: string;
}) {
  const { language } = useI18n();
  const options = useMemo(() => {
    const names = new Intl.DisplayNames(language, { type: "region" });
    return COUNTRIES.map((country) => {
      const name = names.of(country) ?? country;
      return calling
        ? { value: country, label: `${callingCode(country)} ${name}` }
        : { value: country, label: name };
    }).sort((one, other) => nameOf(one.label).localeCompare(nameOf(other.label), language));
  }, [language, calling]);
  return (
    <Select
      selectedOption={options.find((option) => option.value === value) ?? null}
      options={options}
      filteringType="auto"
      ariaLabel={label}
      // Two controls share the field of the number: each needs a name of its own.
      controlId={calling ? "calling-code" : undefined}
      expandToViewport
      onChange={({ detail }) => choose(detail.selectedOption.value ?? "")}
    />
  );
}

/** A label without its calling code. */
function nameOf(label: string): string {
  return label.replace(/^\+\d+ /, "");
}
