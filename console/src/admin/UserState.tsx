import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { User } from "../api/admin";
import { useI18n } from "../i18n/context";

/** Whether an account is open, shut, or never was opened. */
export function UserState({ user }: { user: Pick<User, "enabled" | "verified"> }) {
  const { m } = useI18n();
  if (user.enabled) return <StatusIndicator type="success">{m.account.open}</StatusIndicator>;
  return (
    <StatusIndicator type={user.verified ? "stopped" : "pending"}>
      {user.verified ? m.account.shut : m.account.unproven}
    </StatusIndicator>
  );
}
