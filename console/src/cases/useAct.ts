import { useState } from "react";

/** One change at a time: whether it is on its way, why it was refused, and what to do when it is done. */
export function useAct(done: () => void) {
  const [busy, setBusy] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  async function act(name: string, send: () => Promise<unknown>): Promise<boolean> {
    setBusy(name);
    setRefusal(null);
    try {
      await send();
      done();
      return true;
    } catch (error) {
      setRefusal(error);
      return false;
    } finally {
      setBusy("");
    }
  }
  return { busy, refusal, act };
}
