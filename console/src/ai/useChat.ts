// A conversation with the chatbot: the newest one of the user is gone on with, on whatever device it began.
import { useCallback, useEffect, useRef, useState } from "react";
import { ai } from "../api/ai";
import type { ChatSession, ChatTurn } from "../api/types";
import type { Language } from "../i18n/language";

interface State {
  sessions: ChatSession[];
  sessionId: string | null;
  turns: ChatTurn[];
  escalated: boolean;
}

export interface ChatState extends State {
  loading: boolean;
  sending: boolean;
  error: unknown;
  /** Whether it was said: what could not be sent stays with who wrote it. */
  say: (message: string, language: Language) => Promise<boolean>;
  open: (sessionId: string | null) => void;
  reload: () => void;
}

const EMPTY: State = { sessions: [], sessionId: null, turns: [], escalated: false };

async function opened(sessions: ChatSession[], sessionId: string | null): Promise<State> {
  const turns = sessionId ? await ai.turns(sessionId) : [];
  const escalated = sessions.some((session) => session.session_id === sessionId && session.handover_id !== null);
  return { sessions, sessionId, turns, escalated };
}

export function useChat(): ChatState {
  const [state, setState] = useState<State>(EMPTY);
  const [loading, setLoading] = useState(true);
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState(0);
  const wanted = useRef(0);

  const show = useCallback((read: () => Promise<State>) => {
    const mine = ++wanted.current;
    read()
      .then(
        (found) => {
          if (mine !== wanted.current) return;
          setState(found);
          setError(null);
        },
        (problem: unknown) => mine === wanted.current && setError(problem),
      )
      .finally(() => mine === wanted.current && setLoading(false));
  }, []);

  useEffect(() => {
    show(async () => {
      const sessions = await ai.sessions();
      return opened(sessions, sessions[0]?.session_id ?? null);
    });
  }, [show, asked]);

  return {
    ...state,
    loading,
    sending,
    error,
    reload: () => setAsked((times) => times + 1),
    open: (sessionId) => {
      setLoading(true);
      show(() => opened(state.sessions, sessionId));
    },
    say: async (message, language) => {
      setSending(true);
      try {
        const answer = await ai.say(message, language, state.sessionId);
        const [sessions, turns] = await Promise.all([
          state.sessionId ? state.sessions : ai.sessions(),
          ai.turns(answer.session_id),
        ]);
        setState({ sessions, sessionId: answer.session_id, turns, escalated: answer.escalated });
        setError(null);
        return true;
      } catch (problem) {
        setError(problem);
        return false;
      } finally {
        setSending(false);
      }
    },
  };
}
