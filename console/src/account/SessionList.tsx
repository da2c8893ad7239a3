import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { account, type OpenSession } from "../api/account";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { deviceName } from "./device";

/** Where one is signed in, and a way to end it. */
export function SessionList({ endEverywhere }: { endEverywhere: () => Promise<void> }) {
  const { m, moment } = useI18n();
  const { value, error, loading, reload } = useRead(useCallback(() => account.sessions(), []));
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState("");

  async function run(id: string, work: () => Promise<unknown>) {
    setBusy(id);
    setFailure(null);
    try {
      await work();
      reload();
    } catch (problem) {
      setFailure(problem);
    }
    setBusy("");
  }

  const name = (session: OpenSession) => deviceName(session.device) || m.account.unknownDevice;
  return (
    <>
      <Trouble error={error ?? failure} retry={reload} />
      <Table
        items={value ?? []}
        loading={loading && !value}
        loadingText={m.loading}
        trackBy="session_id"
        wrapLines
        ariaLabels={{ tableLabel: m.account.sessions }}
        header={
          <Header
            description={m.account.sessionsAbout}
            actions={
              <Button loading={busy === "all"} onClick={() => void run("all", endEverywhere)}>
                {m.account.endEverywhere}
              </Button>
            }
          >
            {m.account.sessions}
          </Header>
        }
        empty={<Box textAlign="center">{m.account.noSessions}</Box>}
        columnDefinitions={[
          {
            id: "device",
            header: m.account.device,
            isRowHeader: true,
            cell: (session) => (
              <>
                {name(session)} {session.current && <Badge color="green">{m.account.here}</Badge>}
                <Box variant="small" display="block">
                  {session.address} · {m.account.lastSeen} {moment(session.seen_at)}
                </Box>
              </>
            ),
          },
          {
            id: "end",
            header: m.account.end,
            minWidth: 110,
            cell: (session) =>
              !session.current && (
                <Button
                  variant="inline-link"
                  ariaLabel={`${m.account.end}: ${name(session)}`}
                  loading={busy === session.session_id}
                  onClick={() => void run(session.session_id, () => account.end(session.session_id))}
                >
                  {m.account.end}
                </Button>
              ),
          },
        ]}
      />
    </>
  );
}
