import { useCallback, useEffect, useState } from "react";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

interface State<T> {
  of: unknown;
  items: T[];
  cursor: string | null;
  error: unknown;
}

export interface Pages<T> {
  items: T[];
  loading: boolean;
  error: unknown;
  reload: () => void;
  /** Reads the next page; null when there is none. */
  more: (() => void) | null;
}

// A page may be empty although a cursor follows, where what was found had to be left out. Then the next is read at once.
const MOST_EMPTY = 5;

async function readOn<T>(read: (cursor: string | null) => Promise<Page<T>>, cursor: string | null): Promise<Page<T>> {
  let page = await read(cursor);
  for (let empty = 1; page.items.length === 0 && page.next_cursor !== null && empty < MOST_EMPTY; empty += 1)
    page = await read(page.next_cursor);
  return page;
}

/** A list that is read page by page, from its beginning again when `read` is another function. */
export function usePages<T>(read: (cursor: string | null) => Promise<Page<T>>): Pages<T> {
  const [asked, setAsked] = useState(0);
  const [reading, setReading] = useState(false);
  const [state, setState] = useState<State<T>>({ of: null, items: [], cursor: null, error: null });
  const [question, setQuestion] = useState({ read, asked });
  if (question.read !== read || question.asked !== asked) setQuestion({ read, asked });

  useEffect(() => {
    let wanted = true;
    readOn(question.read, null).then(
      (page) => wanted && setState({ of: question, items: page.items, cursor: page.next_cursor, error: null }),
      (error: unknown) => wanted && setState({ of: question, items: [], cursor: null, error }),
    );
    return () => {
      wanted = false;
    };
  }, [question]);

  const more = () => {
    setReading(true);
    readOn(question.read, state.cursor)
      .then((page) =>
        setState((known) =>
          known.of === question
            ? { of: question, items: [...known.items, ...page.items], cursor: page.next_cursor, error: null }
            : known,
        ),
      )
      .catch((error: unknown) => setState((known) => (known.of === question ? { ...known, error } : known)))
      .finally(() => setReading(false));
  };
  const current = state.of === question;
  return {
    items: state.items,
    loading: !current || reading,
    error: current ? state.error : null,
    reload: useCallback(() => setAsked((times) => times + 1), []),
    more: current && state.cursor !== null && !reading ? more : null,
  };
}
