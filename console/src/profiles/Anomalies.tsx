import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useCallback } from "react";
import { profiles } from "../api/profiles";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { share } from "../parts/figures";
import { usePages } from "../parts/usePages";

/** What was unusual for this customer, and why. */
export function Anomalies({ userId }: { userId: string }) {
  const { m, say, moment } = useI18n();
  const p = m.profile;
  const pages = usePages(useCallback((cursor: string | null) => profiles.anomalies(userId, cursor), [userId]));
  return (
    <Container
      header={
        <Header variant="h2" description={p.anomaliesAbout} info={<Badge color="grey">{m.syntheticShort}</Badge>}>
          {p.anomalies}
        </Header>
      }
    >
      <Trouble error={pages.error} retry={pages.reload} />
      <ul className="plain">
        {pages.items.length === 0 && pages.error === null && (
          <li>{pages.loading ? m.loading : p.noAnomalies}</li>
        )}
        {pages.items.map((each) => (
          <li key={each.event_id}>
            <Box variant="strong">{p.kinds[each.kind] ?? each.kind}</Box> · {moment(each.at)}
            {each.reasons.map((reason) => (
              <div key={reason.en}>{say(reason)}</div>
            ))}
            <Box variant="small" color="text-body-secondary">
              {share(each.rarity, 2)} {p.rarity}
            </Box>
          </li>
        ))}
      </ul>
      {pages.more && <Button onClick={pages.more}>{m.showMore}</Button>}
    </Container>
  );
}
