import { useCallback, useMemo, useState } from "react";
import { account } from "../api/account";
import { known } from "../api/known";
import { onboarding, signedIn, type ApplicationView, type ProductId } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { ApplyForm } from "../onboarding/ApplyForm";
import { ChooseProduct } from "../onboarding/ChooseProduct";
import { Elsewhere } from "../onboarding/Elsewhere";
import { Wizard } from "../onboarding/Wizard";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** A customer's way from choosing a product to being welcomed. The service knows where they are; this shows it. */
export default function JourneyPage() {
  const { m } = useI18n();
  useTitle(m.onboarding.title);
  const { value, error, reload } = useRead(newest);
  const [begun, setBegun] = useState<ApplicationView | null>(null);
  const [another, setAnother] = useState(false);
  const start = useCallback(() => {
    setBegun(null);
    setAnother(true);
  }, []);
  const enter = useCallback((view: ApplicationView) => {
    setBegun(view);
    setAnother(false);
  }, []);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const now = begun ?? (another || value === "unknown" ? null : value);
  return now ? <OnTheWay key={now.application_id} view={now} startNew={start} /> : <Beginning begun={enter} />;
}

/** The newest application; somebody who never applied has none. */
const newest = () => known(onboarding.newest());

function Beginning({ begun }: { begun: (view: ApplicationView) => void }) {
  const [product, setProduct] = useState<ProductId | null>(null);
  // Without the account's answer the form is merely empty.
  const profile = useRead(account.profile);
  if (product === null) return <ChooseProduct choose={setProduct} />;
  if (profile.value === null && profile.error === null) return <Waiting />;
  return <ApplyForm known={profile.value} product={product} back={() => setProduct(null)} begun={begun} />;
}

function OnTheWay({ view, startNew }: { view: ApplicationView; startNew: () => void }) {
  const journey = useMemo(() => signedIn(view.application_id), [view.application_id]);
  return (
    <Wizard
      first={view}
      journey={journey}
      startNew={startNew}
      aside={(now, take) => <Elsewhere view={now} take={take} />}
    />
  );
}
