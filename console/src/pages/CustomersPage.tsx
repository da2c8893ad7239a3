import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router-dom";
import { useNarrow } from "../appearance";
import { customers } from "../api/customers";
import type { Customer } from "../api/types";
import { Standing } from "../customers/Standing";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { date } from "../parts/figures";
import { usePages } from "../parts/usePages";
import { useTitle } from "../parts/useTitle";

const PAUSE_MS = 350;
const FILTERS = ["q", "segment", "risk", "vip"] as const;
type Filter = (typeof FILTERS)[number];
type Wanted = Record<Filter, string>;

/** The filters live in the address, so that going back finds them again. Typing waits for a short pause. */
function useWanted(): [Wanted, (change: Partial<Wanted>) => void, string] {
  const [search, setSearch] = useSearchParams();
  const [wanted, setWanted] = useState<Wanted>(() => {
    const kept = (name: Filter) => search.get(name) ?? "";
    return { q: kept("q"), segment: kept("segment"), risk: kept("risk"), vip: kept("vip") };
  });
  const asked = new URLSearchParams(FILTERS.map((name) => [name, wanted[name].trim()]).filter(([, text]) => text));
  const address = asked.toString();
  const kept = search.toString();
  useEffect(() => {
    // Nothing to change: a late change would take back a page that was opened meanwhile.
    if (address === kept) return undefined;
    const timer = setTimeout(() => setSearch(address, { replace: true }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [address, kept, setSearch]);
  return [wanted, (change) => setWanted((known) => ({ ...known, ...change })), kept];
}

/** Find a customer by name, phone or e-mail, or those of one kind. */
export default function CustomersPage() {
  const { m } = useI18n();
  const [wanted, change, search] = useWanted();
  useTitle(m.customers);
  const read = useCallback(
    (cursor: string | null) => customers.find(Object.fromEntries(new URLSearchParams(search)), cursor),
    [search],
  );
  const { items, loading, error, reload, more } = usePages(read);
  return (
    <ContentLayout header={<Header variant="h1">{m.customers}</Header>}>
      <SpaceBetween size="l">
        <Filters wanted={wanted} change={change} />
        <Trouble error={error} retry={reload} />
        <Found
          found={items}
          loading={loading}
          footer={more && <Button onClick={more}>{m.showMore}</Button>}
        />
      </SpaceBetween>
    </ContentLayout>
  );
}

function Filters({ wanted, change }: { wanted: Wanted; change: (change: Partial<Wanted>) => void }) {
  const { m } = useI18n();
  const risks = [{ value: "", label: m.any }, ...(["HIGH", "MEDIUM", "LOW"] as const).map((value) => ({ value, label: m[value] }))];
  const vips = [
    { value: "", label: m.any },
    { value: "true", label: m.vipOnly },
    { value: "false", label: m.vipNone },
  ];
  return (
    <div className="filters" role="search">
      <FormField label={m.findCustomer} constraintText={m.findCustomerRule} stretch>
        <Input
          type="search"
          value={wanted.q}
          clearAriaLabel={m.clear}
          onChange={({ detail }) => change({ q: detail.value.slice(0, 200) })}
        />
      </FormField>
      <FormField label={m.segment}>
        <Input value={wanted.segment} onChange={({ detail }) => change({ segment: detail.value.slice(0, 40) })} />
      </FormField>
      <FormField label={m.arrears}>
        <Select
          selectedOption={risks.find(({ value }) => value === wanted.risk) ?? null}
          options={risks}
          onChange={({ detail }) => change({ risk: detail.selectedOption.value ?? "" })}
        />
      </FormField>
      <FormField label={m.vip}>
        <Select
          selectedOption={vips.find(({ value }) => value === wanted.vip) ?? null}
          options={vips}
          onChange={({ detail }) => change({ vip: detail.selectedOption.value ?? "" })}
        />
      </FormField>
    </div>
  );
}

function Found({ found, loading, footer }: { found: Customer[]; loading: boolean; footer: ReactNode }) {
  const { m, language } = useI18n();
  const narrow = useNarrow();
  const names = new Intl.DisplayNames(language, { type: "language" });
  const name = (customer: Customer) => (
    <>
      <PageLink to={`/customers/${encodeURIComponent(customer.customer_id)}`}>{customer.name}</PageLink>{" "}
      {customer.vip && <Badge color="blue">{m.vip}</Badge>}
    </>
  );
  const standing = { id: "risk", header: m.arrears, cell: (customer: Customer) => <Standing customer={customer} /> };
  const wide: TableProps.ColumnDefinition<Customer>[] = [
    { id: "name", header: m.name, isRowHeader: true, cell: name },
    { id: "id", header: m.customerId, cell: ({ customer_id }) => customer_id },
    { id: "phone", header: m.phone, cell: ({ phone }) => <span className="nowrap">{phone}</span> },
    { id: "segment", header: m.segment, cell: ({ segment }) => segment ?? m.nothing },
    { id: "language", header: m.callLanguage, cell: (customer) => names.of(customer.language) ?? customer.language },
    {
      id: "joined",
      header: m.joined,
      cell: ({ joined_at }) => (joined_at ? <span className="nowrap">{date(joined_at, language)}</span> : m.nothing),
    },
    standing,
  ];
  const phone: TableProps.ColumnDefinition<Customer>[] = [
    {
      id: "name",
      header: m.name,
      isRowHeader: true,
      cell: (customer) => (
        <>
          {name(customer)}
          <Box variant="small" display="block">
            {[customer.phone, customer.segment].filter(Boolean).join(" · ")}
          </Box>
        </>
      ),
    },
    standing,
  ];
  return (
    <Table
      items={found}
      loading={loading && found.length === 0}
      loadingText={m.loading}
      trackBy="customer_id"
      wrapLines
      ariaLabels={{ tableLabel: m.customers }}
      header={<Header counter={`(${found.length}${footer ? "+" : ""})`}>{m.found}</Header>}
      empty={<Box textAlign="center">{m.nobodyFound}</Box>}
      footer={footer ? <Box textAlign="center">{footer}</Box> : undefined}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
