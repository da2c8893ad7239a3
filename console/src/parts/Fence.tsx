import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { useI18n } from "../i18n/context";

/** Shows what to do instead of a blank page when drawing fails. */
export class Fence extends Component<{ children: ReactNode }, { broken: boolean }> {
  state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { m } = useI18n();
  return (
    <main className="centre">
      <Alert type="error" header={m.broken} action={<Button onClick={() => location.reload()}>{m.reloadPage}</Button>}>
        {m.problemUnknown}
      </Alert>
    </main>
  );
}
