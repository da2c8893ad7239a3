import { useCallback, useEffect, useState } from "react";

export interface Reading<T> {
  /** What was read last; it stays while something newer is on its way. */
  value: T | null;
  error: unknown;
  loading: boolean;
  reload: () => void;
}

/** Read something over HTTP now, and again when `read` is another function: keep it with useCallback. */
export function useRead<T>(read: () => Promise<T>): Reading<T> {
  const [asked, setAsked] = useState(0);
  const [state, setState] = useState<{ value: T | null; error: unknown; of: unknown; asked: number }>({
    value: null,
    error: null,
    of: null,
    asked: 0,
  });
  useEffect(() => {
    let wanted = true;
    read().then(
      (value) => wanted && setState({ value, error: null, of: read, asked }),
      (error: unknown) => wanted && setState(({ value }) => ({ value, error, of: read, asked })),
    );
    return () => {
      wanted = false;
    };
  }, [read, asked]);
  return {
    value: state.value,
    error: state.error,
    loading: state.of !== read || state.asked !== asked,
    reload: useCallback(() => setAsked((times) => times + 1), []),
  };
}
