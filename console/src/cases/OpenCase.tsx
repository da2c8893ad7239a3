import Button from "@cloudscape-design/components/button";
import { useNavigate } from "react-router-dom";
import { cases } from "../api/cases";
import { ApiProblem } from "../api/client";
import type { Transaction } from "../api/types";
import { useI18n } from "../i18n/context";
import { useAct } from "./useAct";

// "the transaction has case ID already": the one address that the service's sentence holds.
const CASE_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Opens a case for a payment by hand, or the one that it has. */
export function OpenCase({ of, failed }: { of: Transaction; failed: (error: unknown) => void }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const { busy, act } = useAct(() => undefined);
  async function open(): Promise<string> {
    try {
      return (await cases.open(of.customer_id, of.transaction_id)).case_id;
    } catch (error) {
      const known = error instanceof ApiProblem && error.status === 409 && CASE_ID.exec(error.problem.detail ?? "");
      if (!known) {
        failed(error);
        throw error;
      }
      return known[0];
    }
  }
  return (
    <Button
      variant="inline-link"
      loading={busy !== ""}
      ariaLabel={`${m.cases.openByHand}: ${of.merchant}`}
      onClick={() =>
        void act("open", async () => {
          void navigate(`/cases/${await open()}`);
        })
      }
    >
      {m.cases.openByHand}
    </Button>
  );
}
