import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback, useSyncExternalStore } from "react";
import { useI18n } from "../i18n/context";
import { useSession } from "../session";

/** Whether what is shown is live. */
export function LiveState() {
  const { m } = useI18n();
  const { live } = useSession();
  const open = useSyncExternalStore(
    useCallback((changed: () => void) => live.watch(changed), [live]),
    () => live.isOpen,
  );
  return (
    <div role="status">
      <StatusIndicator type={open ? "success" : "in-progress"}>{open ? m.connected : m.disconnected}</StatusIndicator>
    </div>
  );
}
