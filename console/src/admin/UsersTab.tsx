import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { admin, type User } from "../api/admin";
import { useNarrow } from "../appearance";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { UserState } from "./UserState";

/** Users of a role, or whose names begin so. */
export function UsersTab() {
  const { m, moment } = useI18n();
  const narrow = useNarrow();
  const [role, setRole] = useState("");
  const [typed, setTyped] = useState("");
  const [prefix, setPrefix] = useState("");
  const { items, loading, error, reload, more } = usePages(
    useCallback((cursor: string | null) => admin.users(role, prefix, cursor), [role, prefix]),
  );
  const roles = [
    { value: "", label: m.any },
    ...Object.entries(m.account.roleNames).map(([value, label]) => ({ value, label })),
  ];
  const name = (user: User) => (
    <PageLink to={`/admin/users/${encodeURIComponent(user.username)}`}>{user.username}</PageLink>
  );
  return (
    <SpaceBetween size="m">
      <form
        className="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setRole("");
          setPrefix(typed.trim());
        }}
      >
        <FormField label={m.account.findUser}>
          <Input type="search" value={typed} onChange={({ detail }) => setTyped(detail.value)} />
        </FormField>
        <FormField label={m.account.role}>
          <Select
            selectedOption={roles.find(({ value }) => value === role) ?? null}
            options={roles}
            onChange={({ detail }) => {
              setTyped("");
              setPrefix("");
              setRole(detail.selectedOption.value ?? "");
            }}
          />
        </FormField>
      </form>
      <Trouble error={error} retry={reload} />
      <Table
        items={items}
        loading={loading && items.length === 0}
        loadingText={m.loading}
        trackBy="username"
        wrapLines
        ariaLabels={{ tableLabel: m.account.users }}
        header={<Header counter={`(${items.length}${more ? "+" : ""})`}>{m.account.users}</Header>}
        empty={<Box textAlign="center">{m.account.noUsers}</Box>}
        footer={more ? <Button onClick={more}>{m.showMore}</Button> : undefined}
        columnDefinitions={
          narrow
            ? [
                {
                  id: "name",
                  header: m.usernameNew,
                  isRowHeader: true,
                  cell: (user) => (
                    <>
                      {name(user)}
                      <Box variant="small" display="block">
                        {user.email}
                      </Box>
                      <UserState user={user} />
                    </>
                  ),
                },
              ]
            : [
                { id: "name", header: m.usernameNew, isRowHeader: true, cell: name },
                { id: "email", header: m.email, cell: ({ email }) => email },
                { id: "state", header: m.account.state, cell: (user) => <UserState user={user} /> },
                { id: "created", header: m.account.created, cell: ({ created_at: at }) => moment(at) },
              ]
        }
      />
    </SpaceBetween>
  );
}
